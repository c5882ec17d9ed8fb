namespace ViSurf.Chaos.Cluster;

/// <summary>The repository that this program was built in.</summary>
internal static class Tree
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "ViSurf.Orleans.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is in no repository"));
}

using System.CommandLine;

namespace ViSurf.Cli.Verbs;

/// <summary>Options as the verbs declare them.</summary>
internal static class Flag
{
    public static Option<T> Required<T>(string name, string description) => new(name) { Description = description, Required = true };

    public static Option<T> Optional<T>(string name, string description) => new(name) { Description = description };

    public static Option<T> Optional<T>(string name, string description, T fallback) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback };
}

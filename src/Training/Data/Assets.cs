namespace ViSurf.Training.Data;

/// <summary>Finds what ships with the program: models, pictures, sweep files.</summary>
public static class Assets
{
    /// <summary>A path as given, where something is there; else the same path beside the program.</summary>
    public static string Find(string path)
    {
        string beside = Path.Combine(AppContext.BaseDirectory, path);
        return !Path.Exists(path) && Path.Exists(beside) ? beside : path;
    }

    /// <summary>The folder of the objects' atlas.</summary>
    public static string Objects => Find("data/objects");
}

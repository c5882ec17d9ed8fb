namespace ViSurf.Training.Benchmarks;

/// <summary>The things of the mini benchmarks: some the base model knows by name, some it has only seen.</summary>
public sealed class MiniConcepts
{
    private static readonly string[] KnownNames =
    [
        "cat", "frog", "penguin", "flamingo", "octopus", "turtle", "rose", "sunflower", "cactus", "lemon",
        "strawberry", "carrot", "broccoli", "pizza", "cheese", "bus", "airplane", "rocket", "guitar", "book",
    ];

    private static readonly string[] NewNames = ["shark", "ladybug", "mushroom", "doughnut", "anchor", "key", "bell", "drum"];

    /// <summary>Finds the things in an atlas. An atlas without some of the names lends others: "base" things for known ones.</summary>
    public MiniConcepts(Atlas atlas)
    {
        Known = Choose(atlas, KnownNames, concept => concept.Group == "base" && !NewNames.Contains(concept.Name));
        New = Choose(atlas, NewNames, concept => concept.Group != "base" && !KnownNames.Contains(concept.Name));
        All = [.. Known, .. New];
    }

    public IReadOnlyList<Concept> Known { get; }

    public IReadOnlyList<Concept> New { get; }

    public IReadOnlyList<Concept> All { get; }

    /// <summary>Whether the base model knows a thing of this name.</summary>
    public static bool IsKnown(string name) => KnownNames.Contains(name);

    private static Concept[] Choose(Atlas atlas, string[] names, Func<Concept, bool> mayStandIn)
    {
        List<Concept> chosen = [.. names.Select(name => atlas.Concepts.FirstOrDefault(concept => concept.Name == name)).OfType<Concept>()];
        chosen.AddRange(atlas.Concepts.Where(mayStandIn).Except(chosen).Take(names.Length - chosen.Count));
        Sdk.Fault.Unless(chosen.Count == names.Length, Sdk.FaultCode.SpecInvalid, "atlas",
            $"has {chosen.Count} things to choose {names.Length} from; the mini benchmarks need 20 of the group base and 8 others");
        return [.. chosen];
    }
}

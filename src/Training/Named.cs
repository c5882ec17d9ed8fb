namespace ViSurf.Training;

/// <summary>The name under which a spec asks for a class, and where what it does was published.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NamedAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>Paper and section, or another source.</summary>
    public required string Source { get; init; }
}

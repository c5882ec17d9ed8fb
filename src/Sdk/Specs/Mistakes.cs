using System.Globalization;
using System.Numerics;

namespace ViSurf.Sdk;

/// <summary>Collects what is wrong with a spec, so that all of it is said at once: path, value and what is allowed.</summary>
internal sealed class Mistakes
{
    private readonly List<Fault> all = [];

    public int Count => all.Count;

    /// <summary>Whether something is wrong with a field, or below it.</summary>
    public bool IsAbout(string path) => all.Exists(fault => SpecPath.IsWithin(fault.Subject, path));

    public void Add(string path, string reason) => all.Add(new(FaultCode.SpecInvalid, path, reason));

    /// <summary>Those about fields that others are not about.</summary>
    public Mistakes Except(Mistakes others)
    {
        Mistakes rest = new();
        rest.all.AddRange(all.Where(fault => !others.IsAbout(fault.Subject)));
        return rest;
    }

    /// <summary>Adds another's, under other paths.</summary>
    public void Add(Mistakes others, Func<string, string> pathOf)
    {
        foreach (Fault fault in others.all)
        {
            Add(pathOf(fault.Subject), fault.Reason);
        }
    }

    /// <summary>Where a condition does not hold.</summary>
    /// <returns>Whether it holds.</returns>
    public bool Unless(bool holds, string path, string reason)
    {
        if (!holds)
        {
            Add(path, reason);
        }

        return holds;
    }

    public void Text(string value, string path) => Unless(!string.IsNullOrWhiteSpace(value), path, "is empty; a text is wanted");

    public void AtLeast(int value, int min, string path) => Unless(value >= min, path, $"is {value}; allowed: {min} and above");

    public bool Between<T>(T value, T min, T max, string path)
        where T : INumber<T> => Unless(value >= min && value <= max, path,
            string.Create(CultureInfo.InvariantCulture, $"is {value}; allowed: {min} to {max}"));

    public void Multiple(int value, int of, string path, string ofName) =>
        Unless(value % of == 0, path, $"is {value}; allowed: a multiple of {ofName}, which is {of}");

    /// <exception cref="Fault">SpecInvalid, all of them, where there are any.</exception>
    public void Demand()
    {
        if (Count > 0)
        {
            throw Fault.Of(all);
        }
    }
}

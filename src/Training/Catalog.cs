using System.Reflection;
using ViSurf.Sdk;

namespace ViSurf.Training;

/// <summary>All classes of one kind that carry a name: a new one is a new file, and nothing else.</summary>
public sealed class Catalog<T>
    where T : class
{
    private readonly SortedDictionary<string, Type> byName = new(StringComparer.Ordinal);

    /// <summary>Finds the classes; each must carry a name of its own.</summary>
    public Catalog()
    {
        foreach (Type type in typeof(T).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(T))))
        {
            NamedAttribute named = type.GetCustomAttribute<NamedAttribute>()
                ?? throw new InvalidOperationException($"{type} is a {typeof(T).Name} without [Named]");
            if (!byName.TryAdd(named.Name, type))
            {
                throw new InvalidOperationException($"{type} and {byName[named.Name]} are both named '{named.Name}'");
            }
        }
    }

    public IReadOnlyCollection<string> Names => byName.Keys;

    /// <summary>Makes the class of that name.</summary>
    /// <param name="path">The field that holds the name, for the error.</param>
    /// <exception cref="Fault">SpecInvalid, listing the known names.</exception>
    public T Make(string name, string path)
    {
        Fault.Unless(byName.TryGetValue(name, out Type? type), FaultCode.SpecInvalid, path,
            $"'{name}' is unknown; known: {string.Join(", ", byName.Keys)}");
        return (T)Activator.CreateInstance(type)!;
    }
}

/// <summary>What specs may name.</summary>
public static class Catalogs
{
    public static Catalog<Rewards.Reward> Rewards { get; } = new();

    public static Catalog<Benchmarks.Benchmark> Benchmarks { get; } = new();

    public static Catalog<Methods.Method> Methods { get; } = new();
}

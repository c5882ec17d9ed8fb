using System.Collections.Concurrent;
using k8s;
using k8s.Models;

namespace ViSurf.Tests.Chart;

/// <summary>The objects that the chart makes of values in its ci folder.</summary>
internal sealed class Rendered
{
    public const string Release = "visurf";

    private static readonly ConcurrentDictionary<string, Lazy<Rendered>> All = new();

    private Rendered(string text) => (Text, Objects) = (text, Parse(text));

    /// <summary>The names of the values.</summary>
    public static TheoryData<string> Values => ["minimal", "full", "azure"];

    public string Text { get; }

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects { get; }

    public IReadOnlyList<Workload> Workloads => [.. Objects.Select(Workload).OfType<Workload>()];

    public static Rendered Of(string values) => All.GetOrAdd(values, name => new(() => new(Template(name)))).Value;

    /// <exception cref="YamlDotNet.Core.YamlException">A field that is unknown or there twice, or a value of another type.</exception>
    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Parse(string text) =>
        [.. KubernetesYaml.LoadAllFromString(text, null, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];

    public IReadOnlyList<T> Each<T>() => [.. Objects.OfType<T>()];

    /// <summary>Whether the release itself makes this object.</summary>
    public bool Has<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> => Each<T>().Any(made => made.Metadata.Name == name);

    private static string Template(string values)
    {
        (int code, string output, string error) = Helm.Run("template", Release, Helm.Chart, "--values", Helm.Values(values));
        Assert.True(code == 0, error);
        return output;
    }

    private static Workload? Workload(IKubernetesObject<V1ObjectMeta> made) => made switch
    {
        V1Deployment set => new(set.Kind, set.Metadata, set.Spec.Template, set.Spec.Selector),
        V1StatefulSet set => new(set.Kind, set.Metadata, set.Spec.Template, set.Spec.Selector),
        V1Job job => new(job.Kind, job.Metadata, job.Spec.Template, null),
        _ => null,
    };
}

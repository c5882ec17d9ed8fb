using k8s.Models;

namespace ViSurf.Tests.Chart;

/// <summary>What starts pods.</summary>
internal sealed record Workload(string Kind, V1ObjectMeta Metadata, V1PodTemplateSpec Template, V1LabelSelector? Selector)
{
    public bool IsHook => Metadata.Annotations?.ContainsKey("helm.sh/hook") == true;

    public string Component => Template.Metadata.Labels["app.kubernetes.io/component"];

    public bool IsSilo => Component is "control" or "gpu";

    /// <summary>Checkpoints are written and read where stages are trained, and nowhere else.</summary>
    public bool Trains => Component == "gpu";

    public V1PodSpec Pod => Template.Spec;

    public V1Container Container => Assert.Single(Pod.Containers);

    public bool Matches(V1LabelSelector selector) => Matches(selector.MatchLabels);

    public bool Matches(IDictionary<string, string>? labels) =>
        labels?.All(label => Template.Metadata.Labels.TryGetValue(label.Key, out string? value) && value == label.Value) ?? true;

    /// <summary>Of the port with this name or number; null where the container has none.</summary>
    public int? Port(string port) =>
        Container.Ports?.FirstOrDefault(known => known.Name == port || $"{known.ContainerPort}" == port)?.ContainerPort;

    public override string ToString() => $"{Kind}/{Metadata.Name}";
}

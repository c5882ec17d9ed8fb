using k8s.Models;

namespace ViSurf.Tests.Chart;

/// <summary>Who selects whom, and who may speak to whom.</summary>
public class WiringTests
{
    public static TheoryData<string> Values => Rendered.Values;

    [Theory]
    [MemberData(nameof(Values))]
    public void A_workload_selects_its_own_pods_and_no_others(string values)
    {
        IReadOnlyList<Workload> workloads = Rendered.Of(values).Workloads;
        Assert.All(workloads.Where(workload => !workload.IsHook), workload =>
            Assert.Equal([workload], workloads.Where(other => other.Matches(workload.Selector!))));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void A_service_s_ports_are_open_in_the_pods_that_it_selects(string values)
    {
        Rendered rendered = Rendered.Of(values);
        Assert.All(rendered.Each<V1Service>(), service =>
        {
            Workload[] pods = [.. rendered.Workloads.Where(workload => workload.Matches(service.Spec.Selector))];
            Assert.NotEmpty(pods);
            Assert.All(service.Spec.Ports, port => Assert.All(pods, pod => Assert.NotNull(pod.Port(port.TargetPort.Value))));
        });
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void The_pods_of_a_pool_get_names_from_a_headless_service_that_selects_them(string values)
    {
        Rendered rendered = Rendered.Of(values);
        Assert.All(rendered.Each<V1StatefulSet>(), set =>
        {
            V1Service service = Assert.Single(rendered.Each<V1Service>(), service => service.Metadata.Name == set.Spec.ServiceName);
            Assert.Equal("None", service.Spec.ClusterIP);
            Assert.Contains(rendered.Workloads, workload =>
                workload.Metadata.Name == set.Metadata.Name && workload.Matches(service.Spec.Selector));
        });
    }

    [Fact]
    public void The_ingress_leads_to_a_port_of_the_api_s_service()
    {
        Rendered rendered = Rendered.Of("full");
        V1Ingress ingress = Assert.Single(rendered.Each<V1Ingress>());
        V1IngressServiceBackend to = Assert.Single(Assert.Single(ingress.Spec.Rules).Http.Paths).Backend.Service;
        V1Service service = Assert.Single(rendered.Each<V1Service>(), service => service.Metadata.Name == to.Name);
        Assert.Contains(service.Spec.Ports, port => port.Name == to.Port.Name);
        Assert.Equal(ingress.Spec.Rules[0].Host, Assert.Single(Assert.Single(ingress.Spec.Tls).Hosts));
        Assert.Empty(Rendered.Of("minimal").Each<V1Ingress>());
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Every_workload_loses_one_pod_at_a_time_to_maintenance(string values)
    {
        Rendered rendered = Rendered.Of(values);
        Assert.All(rendered.Workloads.Where(workload => !workload.IsHook), workload =>
        {
            V1PodDisruptionBudget budget = Assert.Single(rendered.Each<V1PodDisruptionBudget>(),
                budget => workload.Matches(budget.Spec.Selector));
            Assert.Equal("1", budget.Spec.MaxUnavailable.Value);
            Assert.Equal([workload], rendered.Workloads.Where(other => other.Matches(budget.Spec.Selector)));
        });
    }

    [Theory]
    [InlineData("control", "control", 11111, true)]
    [InlineData("control", "gpu", 11111, true)]
    [InlineData("gpu", "control", 11111, true)]
    [InlineData("gpu", "gpu", 11111, true)]
    [InlineData("api", "control", 11111, false)]
    [InlineData("api", "gpu", 11111, false)]
    [InlineData("migrate", "control", 11111, false)]
    [InlineData("api", "control", 30000, true)]
    [InlineData("gpu", "control", 30000, false)]
    [InlineData("api", "control", 8080, false)]
    [InlineData("api", "gpu", 8080, false)]
    public void Pods_hear_those_that_they_should(string from, string to, int port, bool allowed)
    {
        Rendered rendered = Rendered.Of("full");
        Assert.All(
            from one in rendered.Workloads
            from other in rendered.Workloads
            where one.Component == @from && other.Component == to
            select (one, other),
            pair => Assert.True(allowed == IsAllowed(rendered, pair.one, pair.other, port), $"{pair.one} to {pair.other}"));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void A_network_policy_selects_pods_that_have_its_ports(string values)
    {
        Rendered rendered = Rendered.Of(values);
        Assert.Equal(3, rendered.Each<V1NetworkPolicy>().Count);
        Assert.All(rendered.Each<V1NetworkPolicy>(), policy =>
        {
            Workload[] pods = [.. rendered.Workloads.Where(workload => workload.Matches(policy.Spec.PodSelector))];
            Assert.NotEmpty(pods);
            Assert.Equal(["Ingress"], policy.Spec.PolicyTypes);
            Assert.All(policy.Spec.Ingress.SelectMany(rule => rule.Ports), port =>
                Assert.All(pods, pod => Assert.NotNull(pod.Port(port.Port.Value))));
            Assert.All(policy.Spec.Ingress.SelectMany(rule => rule.FromProperty ?? []), peer =>
                Assert.True(peer.PodSelector is null || rendered.Workloads.Any(workload => workload.Matches(peer.PodSelector))));
        });
    }

    [Fact]
    public void Who_reaches_the_api_is_said_by_the_values()
    {
        V1NetworkPolicy Api(string values) =>
            Assert.Single(Rendered.Of(values).Each<V1NetworkPolicy>(), policy => policy.Metadata.Name == "visurf-api");
        Assert.Null(Assert.Single(Api("minimal").Spec.Ingress).FromProperty);
        V1NetworkPolicyPeer peer = Assert.Single(Assert.Single(Api("full").Spec.Ingress).FromProperty);
        Assert.Equal("ingress-nginx", peer.NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]);
    }

    // As Kubernetes does: a pod that no policy selects hears everybody; of several policies one that allows is enough.
    private static bool IsAllowed(Rendered rendered, Workload from, Workload to, int port)
    {
        V1NetworkPolicy[] policies = [.. rendered.Each<V1NetworkPolicy>().Where(policy => to.Matches(policy.Spec.PodSelector))];
        return policies.Length == 0 || policies.SelectMany(policy => policy.Spec.Ingress).Any(rule =>
            rule.Ports.Any(open => to.Port(open.Port.Value) == port)
            && (rule.FromProperty?.Any(peer => peer.NamespaceSelector is null && from.Matches(peer.PodSelector)) ?? true));
    }
}

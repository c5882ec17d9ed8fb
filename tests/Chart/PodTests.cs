using k8s.Models;

namespace ViSurf.Tests.Chart;

/// <summary>What every pod has, whatever it does.</summary>
public class PodTests
{
    /// <summary>src/Silo/Hosting/ClusterSilo.cs: how long a process takes to stop at most.</summary>
    private const int ShutdownSeconds = 120;

    public static TheoryData<string> Values => Rendered.Values;

    [Theory]
    [MemberData(nameof(Values))]
    public void A_container_can_change_nothing_but_its_own_memory_and_scratch(string values) =>
        Assert.All(Rendered.Of(values).Workloads, workload =>
        {
            V1PodSpec pod = workload.Pod;
            Assert.False(pod.AutomountServiceAccountToken);
            Assert.False(pod.EnableServiceLinks);
            Assert.Null(pod.InitContainers);
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.True(pod.SecurityContext.RunAsUser > 0 && pod.SecurityContext.RunAsGroup > 0);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            V1SecurityContext container = workload.Container.SecurityContext;
            Assert.True(container.ReadOnlyRootFilesystem);
            Assert.False(container.AllowPrivilegeEscalation);
            Assert.Null(container.Privileged);
            Assert.Equal(["ALL"], container.Capabilities.Drop);
            Assert.Null(container.Capabilities.Add);
            Assert.True(pod.HostNetwork is null && pod.HostPID is null && pod.HostIPC is null);
        });

    [Theory]
    [MemberData(nameof(Values))]
    public void Mounts_have_volumes_and_what_is_written_has_a_limit(string values) =>
        Assert.All(Rendered.Of(values).Workloads, workload =>
        {
            Assert.Equal(
                workload.Pod.Volumes.Select(volume => volume.Name).Order(),
                workload.Container.VolumeMounts.Select(mount => mount.Name).Order());
            Assert.Contains(workload.Container.VolumeMounts, mount => mount.MountPath == "/tmp");
            Assert.All(workload.Pod.Volumes, volume => Assert.True(
                volume.EmptyDir?.SizeLimit is not null || volume.PersistentVolumeClaim?.ReadOnlyProperty == true, volume.Name));
            Assert.Equal(workload.Trains, workload.Container.VolumeMounts.Any(mount => mount.MountPath == "/var/cache/visurf"));
        });

    [Theory]
    [MemberData(nameof(Values))]
    public void A_container_asks_for_cpu_and_memory_and_no_container_has_a_limit_of_cpu(string values) =>
        Assert.All(Rendered.Of(values).Workloads, workload =>
        {
            V1ResourceRequirements resources = workload.Container.Resources;
            Assert.True(resources.Requests["cpu"].ToDouble() > 0);
            Assert.True(resources.Requests["memory"].ToDouble() > 0);
            Assert.DoesNotContain("cpu", resources.Limits?.Keys ?? []);
            Assert.True(resources.Limits?.TryGetValue("memory", out ResourceQuantity? limit) != true
                || limit!.ToDouble() >= resources.Requests["memory"].ToDouble());
        });

    [Theory]
    [MemberData(nameof(Values))]
    public void What_runs_is_asked_for_its_health_and_has_time_to_stop(string values) =>
        Assert.All(Rendered.Of(values).Workloads.Where(workload => !workload.IsHook), workload =>
        {
            V1Container container = workload.Container;
            Assert.Equal(
                ["/health/startup", "/health/ready", "/health/live"],
                new[] { container.StartupProbe, container.ReadinessProbe, container.LivenessProbe }.Select(probe => probe.HttpGet.Path));
            Assert.All([container.StartupProbe, container.ReadinessProbe, container.LivenessProbe],
                probe => Assert.NotNull(workload.Port(probe.HttpGet.Port.Value)));
            Assert.True(container.StartupProbe.PeriodSeconds * container.StartupProbe.FailureThreshold >= 300);
            Assert.True(workload.Pod.TerminationGracePeriodSeconds
                > ShutdownSeconds + (container.Lifecycle?.PreStop?.Sleep?.Seconds ?? 0));
        });

    [Fact]
    public void The_paths_and_the_time_to_stop_are_those_of_the_program()
    {
        string health = File.ReadAllText(Repository.File("src", "Api", "Endpoints", "ProcessHealth.cs"));
        Assert.All(["/health/startup", "/health/ready", "/health/live"],
            path => Assert.Contains($"\"{path}\"", health, StringComparison.Ordinal));
        Assert.Contains($"ShutdownTimeout = TimeSpan.FromMinutes({ShutdownSeconds / 60})",
            File.ReadAllText(Repository.File("src", "Silo", "Hosting", "SiloParts.cs")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gpu_is_a_slot_and_its_pool_runs_the_image_with_cuda()
    {
        Workload[] pools = [.. Rendered.Of("full").Workloads.Where(workload => workload.Component == "gpu")];
        Assert.Equal([("visurf-gpu-h100", 8), ("visurf-gpu-l4", 1), ("visurf-gpu-threads", 0)], pools.Select(pool => (pool.Metadata.Name,
            pool.Container.Resources.Limits?.TryGetValue("nvidia.com/gpu", out ResourceQuantity? gpus) == true ? gpus.ToInt32() : 0)));
        Assert.Equal(["0.1.0-cuda", "0.1.0-cuda", "0.1.0"], pools.Select(pool => pool.Container.Image.Split(':')[^1]));
        Workload first = pools[0];
        Assert.Equal("NVIDIA-H100-80GB-HBM3", first.Pod.NodeSelector["nvidia.com/gpu.product"]);
        Assert.Equal("nvidia.com/gpu", Assert.Single(first.Pod.Tolerations).Key);
        Assert.Equal("vision", first.Template.Metadata.Labels["team"]);
        Assert.Equal(("studies", "nvidia"), (first.Pod.PriorityClassName, first.Pod.RuntimeClassName));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Pods_of_one_component_stand_on_different_nodes_where_there_are_some(string values) =>
        Assert.All(Rendered.Of(values).Workloads.Where(workload => workload.Kind == V1Deployment.KubeKind), workload =>
        {
            Assert.Equal(["kubernetes.io/hostname", "topology.kubernetes.io/zone"],
                workload.Pod.TopologySpreadConstraints.Select(spread => spread.TopologyKey));
            Assert.All(workload.Pod.TopologySpreadConstraints, spread => Assert.True(workload.Matches(spread.LabelSelector)));
        });

    [Fact]
    public void With_a_workload_identity_the_pods_that_reach_checkpoints_sign_in_by_themselves()
    {
        Rendered azure = Rendered.Of("azure");
        V1ServiceAccount account = Assert.Single(azure.Each<V1ServiceAccount>());
        Assert.Equal("11111111-2222-3333-4444-555555555555", account.Metadata.Annotations["azure.workload.identity/client-id"]);
        Assert.All(azure.Workloads, workload =>
        {
            Assert.Equal(workload.Trains, workload.Template.Metadata.Labels.ContainsKey("azure.workload.identity/use"));
            Assert.DoesNotContain(workload.Container.Env, variable => variable.Name == "ViSurf__Blob");
        });
        Assert.DoesNotContain(Rendered.Of("full").Workloads,
            workload => workload.Template.Metadata.Labels.ContainsKey("azure.workload.identity/use"));
    }
}

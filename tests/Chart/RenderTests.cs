using System.Text.RegularExpressions;
using k8s.Models;
using YamlDotNet.Core;

namespace ViSurf.Tests.Chart;

public class RenderTests
{
    // A StatefulSet's pods carry its name with a revision of 11 letters after it, as a label.
    private const int LongestSet = 63 - 11;

    public static TheoryData<string> Values => Rendered.Values;

    [Theory]
    [MemberData(nameof(Values))]
    public void Lint_finds_nothing(string values)
    {
        (int code, string output, string error) = Helm.Run("lint", "--strict", Helm.Chart, "--values", Helm.Values(values));
        Assert.True(code == 0, output + error);
        Assert.DoesNotContain("[WARNING]", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Every_document_is_an_object_with_known_fields_and_a_name_of_its_own(string values)
    {
        Rendered rendered = Rendered.Of(values);
        Assert.Equal(Regex.Count(rendered.Text, "(?m)^kind: "), rendered.Objects.Count);
        Assert.Equal(rendered.Objects.Count, rendered.Objects.Select(made => (made.Kind, made.Metadata.Name)).Distinct().Count());
        Assert.All(rendered.Objects, made => Assert.Matches("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", made.Metadata.Name));
    }

    [Theory]
    [InlineData("replicas: 1", "replica: 1", "replica")]
    [InlineData("replicas: 1", "replicas: 1\n  replicas: 2", "replicas")]
    [InlineData("replicas: 1", "replicas: many", "")]
    [InlineData("whenUnsatisfiable: ScheduleAnyway", "whenUnsatisfied: ScheduleAnyway", "whenUnsatisfied")]
    public void A_wrong_field_in_a_template_would_be_noticed(string right, string wrong, string named)
    {
        string text = Rendered.Of("minimal").Text;
        Assert.Contains(right, text, StringComparison.Ordinal);
        string planted = text.Replace(right, wrong, StringComparison.Ordinal);
        YamlException refused = Assert.ThrowsAny<YamlException>(() => Rendered.Parse(planted));
        Assert.Contains(named, $"{refused.Message} {refused.InnerException?.Message}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_release_name_leaves_room_for_what_is_made_of_it()
    {
        (int code, string output, string error) = Helm.Run("template", new string('r', 53), Helm.Chart,
            "--values", Helm.Values("minimal"), "--set", $"gpu.pools[0].name={new string('p', 15)}");
        Assert.True(code == 0, error);
        Assert.All(Rendered.Parse(output).OfType<V1StatefulSet>(), set => Assert.InRange(set.Metadata.Name.Length, 1, LongestSet));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Secrets_and_claims_are_those_that_the_values_name_and_none_is_made(string values)
    {
        string named = File.ReadAllText(Helm.Values(values));
        Assert.Empty(Rendered.Of(values).Each<V1Secret>());
        Assert.All(Rendered.Of(values).Workloads, workload =>
        {
            Assert.All(workload.Container.Env.Select(variable => variable.ValueFrom?.SecretKeyRef).OfType<V1SecretKeySelector>(), secret =>
            {
                Assert.Contains($"name: {secret.Name}\n", named, StringComparison.Ordinal);
                Assert.NotEmpty(secret.Key);
            });
            Assert.All(workload.Pod.ImagePullSecrets ?? [],
                secret => Assert.Contains($"- {secret.Name}\n", named, StringComparison.Ordinal));
            Assert.All(workload.Pod.Volumes.Select(volume => volume.PersistentVolumeClaim).OfType<V1PersistentVolumeClaimVolumeSource>(),
                claim => Assert.Contains($"claim: {claim.ClaimName}\n", named, StringComparison.Ordinal));
        });
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void What_pods_name_is_made_and_a_hook_names_nothing_of_the_release(string values)
    {
        Rendered rendered = Rendered.Of(values);
        Assert.Contains(rendered.Workloads, workload => workload.IsHook);
        Assert.All(rendered.Workloads, workload =>
        {
            IEnumerable<string> maps = (workload.Container.EnvFrom ?? []).Select(source => source.ConfigMapRef.Name);
            Assert.All(maps, name => Assert.True(rendered.Has<V1ConfigMap>(name), name));
            Assert.Equal(!workload.IsHook, maps.Any());
            Assert.Equal(!workload.IsHook, rendered.Has<V1ServiceAccount>(workload.Pod.ServiceAccountName));
            Assert.Equal(workload.IsHook, workload.Pod.ServiceAccountName == "default");
        });
    }

    [Fact]
    public void A_change_of_settings_starts_pods_anew_and_another_version_of_the_chart_alone_does_not()
    {
        string Checksum(params string[] more)
        {
            (int code, string output, string error) = Helm.Run(
                ["template", Rendered.Release, Helm.Chart, "--values", Helm.Values("minimal"), .. more]);
            Assert.True(code == 0, error);
            return string.Join(' ', Rendered.Parse(output).OfType<V1StatefulSet>()
                .Select(set => set.Spec.Template.Metadata.Annotations["checksum/settings"]));
        }

        Assert.NotEqual(Checksum(), Checksum("--set", "blob.container=others"));
        Assert.Equal(Checksum(), Checksum("--set", "api.replicas=4"));
        Assert.All(Rendered.Of("full").Workloads, workload =>
            Assert.DoesNotContain(workload.Template.Metadata.Labels.Keys,
                label => label is "helm.sh/chart" or "app.kubernetes.io/version"));
    }
}

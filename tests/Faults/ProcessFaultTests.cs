using ViSurf.Chaos.Cluster;
using ViSurf.Chaos.Invariants;
using ViSurf.Sdk;

namespace ViSurf.Tests.Faults;

/// <summary>What holds when processes of a cluster end, stand still, or are asked to go.</summary>
[Collection<DisturbedClusterCollection>]
public sealed class ProcessFaultTests(DisturbedCluster disturbed)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_kill_of_its_process_a_run_goes_on_elsewhere_and_ends_with_the_same_weights_bit_for_bit()
    {
        string experiment = await disturbed.SubmitAsync(101);
        SlotView slot = await disturbed.UntilStepAsync(experiment, 20);
        await disturbed.Cluster.Process(NodeOf(slot)).KillAsync();
        await disturbed.UntilStepAsync(experiment, 17, now => now.Id != slot.Id);
        Evidence all = await disturbed.UntilSucceededAsync(experiment);
        Happening second = Start(all, experiment, 2);
        Assert.InRange((int)second.Data["fromStep"]!, 16, DisturbedCluster.Steps);
        Assert.NotEqual(slot.Id, $"{second.Data["slot"]}");
        KeptStage stage = all.Stages.Single(row => row.Owner == experiment && row.Last is not null);
        BinaryData left = (await disturbed.Backing.Blobs.GetBlobClient(stage.Last!.Blob).DownloadContentAsync(Stop)).Value.Content;
        ExperimentSpec spec = DisturbedCluster.Spec(101).Expand().Single().Spec;
        Assert.Equal(UndisturbedRun.Train(spec), UndisturbedRun.TensorsOf(left));
    }

    [Fact]
    public async Task What_a_frozen_process_does_after_its_lease_is_refused()
    {
        string experiment = await disturbed.SubmitAsync(102);
        SlotView slot = await disturbed.UntilStepAsync(experiment, 10);
        ClusterProcess frozen = disturbed.Cluster.Process(NodeOf(slot));
        frozen.Freeze();
        try
        {
            await disturbed.UntilStepAsync(experiment, 9, now => now.Id != slot.Id && now.Attempt == 2);
        }
        finally
        {
            frozen.Thaw();
        }

        Evidence all = await disturbed.UntilSucceededAsync(experiment);
        // Two for the training, one for the evaluation.
        Assert.True(all.Experiments.Single(one => one.Id == experiment).Fence == 3, disturbed.StoryOf(all, experiment));
        Assert.All(all.Stages.Where(row => row.Owner == experiment && row.Last is not null),
            row => Assert.Contains("/f2-", row.Last!.Blob, StringComparison.Ordinal));
        Assert.Empty(Ends.WrongResults(all).Concat(Ends.WrongEnds(all)).Concat(Attempts.DoubleLeases(all)));
        await DisturbedCluster.UntilAsync(() => Task.FromResult(
            frozen.HasExited || frozen.Errors.Contains("gave way to attempt 2", StringComparison.Ordinal) ? "refused" : null));
    }

    [Fact]
    public async Task Whichever_control_process_is_killed_trainings_are_untouched_and_the_queue_is_there_again()
    {
        string experiment = await disturbed.SubmitAsync(103);
        int step = 2;
        foreach (string node in disturbed.Cluster.Controls)
        {
            SlotView before = await disturbed.UntilStepAsync(experiment, step);
            await disturbed.Cluster.Process(node).KillAsync();
            SlotView after = await disturbed.UntilStepAsync(experiment, before.Step + 1);
            Assert.Equal((before.Id, 1), (after.Id, after.Attempt));
            step = after.Step + 1;
            await disturbed.Cluster.UpAsync(node);
        }

        Evidence all = await disturbed.UntilSucceededAsync(experiment);
        // One for the training, one for the evaluation.
        Assert.True(all.Experiments.Single(one => one.Id == experiment).Fence == 2, disturbed.StoryOf(all, experiment));
    }

    [Fact]
    public async Task A_process_that_is_asked_to_end_writes_a_checkpoint_and_its_work_goes_on_elsewhere_at_that_step()
    {
        string experiment = await disturbed.SubmitAsync(104);
        SlotView slot = await disturbed.UntilStepAsync(experiment, 11);
        Assert.Equal(0, await disturbed.Cluster.Process(NodeOf(slot)).EndAsync());
        Evidence all = await disturbed.UntilSucceededAsync(experiment);
        Happening second = Start(all, experiment, 2);
        Assert.InRange((int)second.Data["fromStep"]!, slot.Step, DisturbedCluster.Steps);
        Assert.Equal("drained", $"{all.Events.Single(one => one.Id == $"{experiment}/requeued/1").Data["kind"]}");
    }

    [Fact]
    public async Task A_cluster_that_was_killed_as_a_whole_starts_again_and_finishes()
    {
        string experiment = await disturbed.SubmitAsync(105);
        await disturbed.UntilStepAsync(experiment, 10);
        await disturbed.Cluster.KillAllAsync();
        await disturbed.Cluster.StartAsync();
        Evidence all = await disturbed.UntilSucceededAsync(experiment);
        Assert.InRange((int)Start(all, experiment, 2).Data["fromStep"]!, 8, DisturbedCluster.Steps);
        Assert.Empty(Ends.WrongResults(all).Concat(Ends.WrongEnds(all)).Concat(Attempts.StepsBack(all)));
    }

    private static string NodeOf(SlotView slot) => slot.Id.Split('|')[0];

    private static Happening Start(Evidence all, string experiment, int attempt) =>
        all.Events.Single(one => one.Id == $"{experiment}/started/{attempt}");
}

using ViSurf.Chaos.Cluster;
using ViSurf.Chaos.Invariants;
using ViSurf.Sdk;

namespace ViSurf.Tests.Faults;

/// <summary>What holds when a server behind a cluster is away, slow or full.</summary>
[Collection<DisturbedClusterCollection>]
public sealed class ServerFaultTests(DisturbedCluster disturbed)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_database_is_away_for_a_minute_trainings_go_on_and_nothing_is_lost_or_done_twice()
    {
        string experiment = await disturbed.SubmitAsync(201);
        SlotView before = await disturbed.UntilStepAsync(experiment, 3);
        await disturbed.Backing.StopAsync("postgres");
        try
        {
            using PeriodicTimer minute = new(TimeSpan.FromMinutes(1));
            await disturbed.UntilStepAsync(experiment, before.Step + 1);
            await minute.WaitForNextTickAsync(Stop);
        }
        finally
        {
            await disturbed.Backing.StartAsync("postgres", "VISURF_POSTGRES");
        }

        Evidence all = await disturbed.UntilSucceededAsync(experiment);
        // One for the training, one for the evaluation: what waited for the database was neither lost nor begun again.
        Assert.True(all.Experiments.Single(one => one.Id == experiment).Fence == 2, disturbed.StoryOf(all, experiment));
        Assert.Empty(Ends.WrongResults(all).Concat(Ends.WrongEnds(all)).Concat(Checkpoints.MissingSteps(all)));
    }

    [Fact]
    public async Task Where_half_of_all_requests_to_the_blob_service_fail_runs_do_not()
    {
        disturbed.Backing.Lane.State = new(FailEvery: 2);
        try
        {
            string experiment = await disturbed.SubmitAsync(202, DisturbedCluster.FewSteps);
            Evidence all = await disturbed.UntilSucceededAsync(experiment);
            Assert.True(all.Experiments.Single(one => one.Id == experiment).Fence == 2, disturbed.StoryOf(all, experiment));
            Assert.Empty(Checkpoints.Damaged(all));
        }
        finally
        {
            disturbed.Backing.Lane.State = LaneState.Clear;
        }
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_saved_is_reported_and_the_run_goes_on_from_the_one_before()
    {
        string experiment = await disturbed.SubmitAsync(203);
        await disturbed.UntilStepAsync(experiment, 10);
        disturbed.Backing.Lane.State = new(IsFull: true);
        try
        {
            string reported = await DisturbedCluster.UntilAsync(async () =>
                (await disturbed.Cluster.Client.GetExperimentAsync(experiment, Stop)).Reason);
            Assert.Contains("the blob store failed: it answered 507", reported, StringComparison.Ordinal);
        }
        finally
        {
            disturbed.Backing.Lane.State = LaneState.Clear;
        }

        Evidence all = await disturbed.UntilSucceededAsync(experiment);
        Assert.InRange((int)all.Events.Single(one => one.Id == $"{experiment}/started/2").Data["fromStep"]!, 8, DisturbedCluster.Steps);
        Assert.Empty(Checkpoints.Damaged(all).Concat(Checkpoints.MissingSteps(all)));
    }
}

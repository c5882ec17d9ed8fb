using ViSurf.Sdk;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Trainer;

public class MemoryTests
{
    // On a thread of its own: the count is the thread's, and other tests leave tensors to the garbage collector.
    [Fact]
    public void A_thousand_steps_leave_no_tensor_behind()
    {
        (long early, long late) = (0, 1);
        Thread thread = new(() => (early, late) = Count());
        thread.Start();
        thread.Join();
        Assert.Equal(early, late);
    }

    private static (long Early, long Late) Count()
    {
        ExperimentSpec spec = Nano.Spec("visurf");
        spec = spec with
        {
            Rl = spec.Rl with { Prompts = 2_000, PromptsPerStep = 2 },
            Method = spec.Method with { GroupSize = 2, MaxTokens = 20 },
        };
        using Policy policy = Nano.Policy();
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        trainer.Step(0);
        long live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int step = 1; step < 1_000; step++)
        {
            trainer.Step(step);
        }

        return (live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}

using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Trainer;

public class LabelStyleTests
{
    [Theory]
    [InlineData(true, 0, AnswerStyle.Spaced)] // the base learnt to write spaces
    [InlineData(false, 0, AnswerStyle.Compact)]
    [InlineData(true, 200, AnswerStyle.Spaced)]
    [InlineData(false, 1, AnswerStyle.Compact)]
    public void A_label_is_written_as_the_model_writes_unless_alignment_is_off(bool align, int atATime, AnswerStyle expected)
    {
        ExperimentSpec spec = Nano.Spec("visurf");
        spec = spec with
        {
            Method = spec.Method with { Align = align },
            Rl = spec.Rl with { MicroTokens = atATime, LogitChunk = atATime },
        };
        using Policy policy = Policy.Load(Repository.File("models", "tiny-base"));
        Assert.Equal(expected, LabelStyles.Choose(policy, Nano.Settings(spec), Nano.Examples()));
    }
}

using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>Where a study's results are stored.</summary>
public interface IStudySource
{
    /// <summary>The result of a cell; null where it has none yet.</summary>
    ExperimentResult? Result(SweepCell cell);

    /// <summary>The steps of a training stage, in order.</summary>
    IEnumerable<StepRecord> Steps(string stageKey);
}

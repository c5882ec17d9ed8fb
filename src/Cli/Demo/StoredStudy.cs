using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;
using ViSurf.Training.Trainer;

namespace ViSurf.Cli.Demo;

/// <summary>The results that a state folder holds.</summary>
internal sealed class StoredStudy(StateFolder state) : IStudySource
{
    public ExperimentResult? Result(SweepCell cell) => state.ReadResult(cell.Spec.Id);

    public IEnumerable<StepRecord> Steps(string stageKey) => MetricsLog.Read(StageRunner.MetricsOf(state.Stage(stageKey)));
}

using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Names the stages of an experiment.</summary>
public interface IStagePlanner
{
    /// <summary>The training stages of the spec's method, then evaluate, each with its key.</summary>
    /// <exception cref="Fault">SpecInvalid, NotFound or FileDamaged, naming the field or file.</exception>
    /// <param name="isPreview">Nothing will run: the model's weights may be missing.</param>
    IReadOnlyList<StagePlan> Plan(ExperimentSpec spec, bool isPreview = false);
}

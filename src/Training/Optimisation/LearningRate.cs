using ViSurf.Sdk;

namespace ViSurf.Training.Optimisation;

/// <summary>The learning rate of each step of a stage.</summary>
public static class LearningRate
{
    /// <summary>
    /// Rises to the full rate over the warm-up; then falls to the final share: linear r (1 - (1 - f) x), cosine
    /// r (f + (1 - f) (1 + cos(pi x)) / 2), where x goes from 0 to 1 over the steps after the warm-up.
    /// </summary>
    /// <param name="step">From 0.</param>
    public static double At(int step, int steps, TrainSpec settings)
    {
        if (step < settings.WarmupSteps)
        {
            return settings.LearningRate * (step + 1) / settings.WarmupSteps;
        }

        double x = (double)(step - settings.WarmupSteps) / Math.Max(1, steps - settings.WarmupSteps);
        double share = settings.Schedule switch
        {
            Schedule.Linear => 1 - ((1 - settings.FinalShare) * x),
            Schedule.Cosine => settings.FinalShare + ((1 - settings.FinalShare) * (1 + Math.Cos(Math.PI * x)) / 2),
            _ => 1,
        };
        return settings.LearningRate * share;
    }
}

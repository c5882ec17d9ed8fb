using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Planning;

/// <summary>How long a stage would take, from its products and what a device does of them.</summary>
/// <remarks>
/// Responses are counted at their longest, so that the estimate errs upwards. Training is bound by products, of which a share of
/// the maker's figure is reached; drawing a token of all rows reads all weights, so it is bound by memory where rows are few.
/// </remarks>
public static class StageTime
{
    private const double ReachedInTraining = 0.4;
    private const double ReachedInSampling = 0.3;

    /// <summary>Hours on one device.</summary>
    public static double Hours(ModelConfig config, ModelSpec model, StageSettings settings, PromptShape prompt, DeviceKind device)
    {
        int rollouts = settings.Method.Rollouts(settings.Spec);
        double step = Training(config, model, settings, prompt) / (device.FlopsOf(model.Dtype) * ReachedInTraining);
        if (rollouts > 0)
        {
            step += Sampling(config, model, settings, prompt, device);
        }

        return (settings.End - settings.From) * step / 3600;
    }

    /// <summary>Products of a step's forward and backward passes.</summary>
    public static double Training(ModelConfig config, ModelSpec model, StageSettings settings, PromptShape prompt)
    {
        double prompts = settings.Train.PromptsPerStep;
        double rows = prompts * settings.Method.Members(settings.Spec);
        double forward = Forward(config, prompts, prompt) + Responses(config, rows, prompt, settings.Spec.MaxTokens);
        // Backward: a product for the input's gradient, and one for the weight's where it is trained.
        double passes = 1 + (model.Lora is null ? 2 : 1) + (settings.Train.Recompute ? 1 : 0);
        double again = settings.Train.Epochs * settings.Train.MiniBatches > 1 ? 1 : 0; // log-probabilities before the first update
        double reference = settings.Spec.KlWeight > 0 ? 1 : 0;
        return forward * (((passes + reference) * settings.Train.Epochs) + again); // the reference is asked anew in each
    }

    private static double Sampling(ModelConfig config, ModelSpec model, StageSettings settings, PromptShape prompt, DeviceKind device)
    {
        double rows = (double)settings.Train.PromptsPerStep * settings.Method.Rollouts(settings.Spec);
        double products = Forward(config, settings.Train.PromptsPerStep, prompt) + Responses(config, rows, prompt, settings.Spec.MaxTokens);
        double bytes = (double)ModelSize.Of(config, model).Weights * (model.Dtype == WeightType.Float32 ? 4 : 2);
        return Math.Max(products / (device.FlopsOf(model.Dtype) * ReachedInSampling), settings.Spec.MaxTokens * bytes / device.Bandwidth);
    }

    private static double Forward(ModelConfig config, double prompts, PromptShape prompt)
    {
        ModelFlops flops = new(config);
        return prompts * (flops.Vision(prompt.Patches) + flops.Decoder(prompt.Tokens, prompt.Tokens / 2.0));
    }

    private static double Responses(ModelConfig config, double rows, PromptShape prompt, int tokens)
    {
        ModelFlops flops = new(config);
        return rows * (flops.Decoder(tokens, prompt.Tokens + (tokens / 2.0)) + flops.Head(tokens));
    }
}

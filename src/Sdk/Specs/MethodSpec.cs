namespace ViSurf.Sdk;

/// <summary>The post-training method and every switch that methods share.</summary>
public sealed record MethodSpec
{
    /// <summary>The method's name: sft, sft-self-thought, rlvr, sft-rlvr, visurf, hpt.</summary>
    public required string Name { get; init; }

    /// <summary>Rollouts sampled for each prompt (G).</summary>
    public int GroupSize { get; init; } = 8;

    /// <summary>Sampling temperature of rollouts; the trainer's log-probabilities use the same.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The longest response, end token included, in tokens.</summary>
    public int MaxTokens { get; init; } = 32;

    /// <summary>Whether the label joins the group. Off, ViSurf is RLVR.</summary>
    public bool InjectLabel { get; init; } = true;

    /// <summary>Reward control (i): the label is written in the model's own style. Off, in a style the model does not use.</summary>
    public bool Align { get; init; } = true;

    /// <summary>Reward control (ii): the label gets no reward for thinking. Off, it gets the full one.</summary>
    public bool EliminateThinking { get; init; } = true;

    /// <summary>Reward control (iii): a label no better than the best rollout counts as the mean rollout.</summary>
    public bool Smooth { get; init; } = true;

    /// <summary>How far below the label the best rollout may lie for smoothing to act (tau); the paper has 0.</summary>
    public double SmoothMargin { get; init; }

    /// <summary>Whether the deviation of a group divides by n - 1 (the lineage) or by n.</summary>
    public Deviation Deviation { get; init; } = Deviation.Sample;

    /// <summary>How far below 1 the probability ratio may fall before its gain is cut.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>How far above 1 the probability ratio may rise before its gain is cut.</summary>
    public double ClipHigh { get; init; } = 0.2;

    /// <summary>How tokens are averaged into one loss.</summary>
    public Reduction Reduction { get; init; } = Reduction.TokenMean;

    /// <summary>Weight of the divergence from the model before training; 0 holds no reference model.</summary>
    public double KlWeight { get; init; }

    /// <summary>The estimator of that divergence.</summary>
    public KlEstimator Kl { get; init; } = KlEstimator.K3;

    /// <summary>Whether the divergence counts on the label's tokens too.</summary>
    public bool KlOnLabel { get; init; } = true;

    /// <summary>Whether the tokens of rollouts cut at the length limit stay out of the loss.</summary>
    public bool MaskTruncated { get; init; }

    internal void Check(Mistakes wrong, string path)
    {
        wrong.Text(Name, $"{path}.name");
        wrong.Between(GroupSize, 2, 1024, $"{path}.groupSize");
        wrong.Between(Temperature, 0.01, 100, $"{path}.temperature");
        wrong.Between(MaxTokens, 1, 100_000, $"{path}.maxTokens");
        wrong.Between(SmoothMargin, 0, 1000, $"{path}.smoothMargin");
        wrong.Between(ClipLow, 0, 1, $"{path}.clipLow");
        wrong.Between(ClipHigh, 0, 100, $"{path}.clipHigh");
        wrong.Between(KlWeight, 0, 1000, $"{path}.klWeight");
    }
}

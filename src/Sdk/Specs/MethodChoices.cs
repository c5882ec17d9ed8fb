namespace ViSurf.Sdk;

/// <summary>The standard deviation of a group's rewards.</summary>
public enum Deviation
{
    /// <summary>Divides by n - 1, as the lineage's code does.</summary>
    Sample,

    /// <summary>Divides by n.</summary>
    Population,
}

/// <summary>How the tokens of a batch become one loss.</summary>
public enum Reduction
{
    /// <summary>Sum over tokens, divided by the tokens of the whole accumulated batch.</summary>
    TokenMean,

    /// <summary>Mean over each response's tokens, then over the responses of a group, then over groups.</summary>
    SequenceMean,

    /// <summary>Sum over each response's tokens, then mean over the responses of a group, then over groups: the paper's formula.</summary>
    SequenceSum,

    /// <summary>As the sequence sum, divided by the length limit.</summary>
    FixedLength,
}

/// <summary>Estimators of the divergence from the reference model, from samples of the policy.</summary>
public enum KlEstimator
{
    /// <summary>log p - log q.</summary>
    K1,

    /// <summary>(log p - log q)^2 / 2.</summary>
    K2,

    /// <summary>q/p - 1 - log(q/p).</summary>
    K3,
}

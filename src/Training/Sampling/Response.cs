namespace ViSurf.Training.Sampling;

/// <summary>Why a response ended.</summary>
public enum Finish
{
    /// <summary>It drew an end token.</summary>
    End,

    /// <summary>It reached the length limit.</summary>
    Length,

    /// <summary>Its text came to a stop text.</summary>
    Stop,
}

/// <summary>A drawn response: token ids, the log-probability of each, and why it ended.</summary>
/// <param name="Tokens">Includes the token that ended it, nothing after it.</param>
/// <param name="LogProbs">Of the distribution that the trainer scores: with temperature and bans, before min-p, top-k and
/// top-p. The trainer compares them with its own and takes its own for the ratio.</param>
public sealed record Response(int[] Tokens, float[] LogProbs, Finish Finish);

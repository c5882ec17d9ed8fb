namespace ViSurf.Training.Benchmarks;

/// <summary>What pictures are for. No composition (things and their boxes) occurs in two splits.</summary>
public enum Split
{
    /// <summary>Pretraining of the base model.</summary>
    Base,

    /// <summary>Post-training.</summary>
    Train,

    /// <summary>Tuning, and curves during training.</summary>
    Dev,

    /// <summary>Reported scores.</summary>
    Test,
}

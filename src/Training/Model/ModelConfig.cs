namespace ViSurf.Training.Model;

/// <summary>The text half of a Qwen2.5-VL config.json, with its vision half and token ids.</summary>
public sealed record ModelConfig
{
    public required int VocabSize { get; init; }
    public required int HiddenSize { get; init; }
    public required int IntermediateSize { get; init; }
    public required int Layers { get; init; }
    public required int Heads { get; init; }
    public required int KeyValueHeads { get; init; }
    public required double RmsNormEps { get; init; }
    public required double RopeTheta { get; init; }

    /// <summary>How many frequency pairs take their angle from the time, height and width axis.</summary>
    public required int[] MropeSection { get; init; }

    public required bool TieWordEmbeddings { get; init; }

    /// <summary>The deviation of drawn weights.</summary>
    public required double InitializerRange { get; init; }

    public required SpecialTokens Tokens { get; init; }
    public required VisionConfig Vision { get; init; }

    /// <summary>Width of one attention head.</summary>
    public int HeadWidth => HiddenSize / Heads;
}

/// <summary>The vision half of a Qwen2.5-VL config.json.</summary>
public sealed record VisionConfig
{
    public required int Depth { get; init; }
    public required int HiddenSize { get; init; }
    public required int IntermediateSize { get; init; }
    public required int Heads { get; init; }
    public required int Channels { get; init; }
    public required int OutHiddenSize { get; init; }

    /// <summary>Side of a patch in pixels.</summary>
    public required int PatchSize { get; init; }

    /// <summary>Side of a cell in patches: the patches of a cell become one image token.</summary>
    public required int MergeSize { get; init; }

    /// <summary>Frames of one patch.</summary>
    public required int TemporalPatchSize { get; init; }

    /// <summary>Side of an attention window in pixels.</summary>
    public required int WindowSize { get; init; }

    /// <summary>The blocks that attend over the whole picture; the others attend within a window.</summary>
    public required int[] FullAttentionBlocks { get; init; }

    /// <summary>Epsilon of the norms: fixed in the reference, whatever the text's rms_norm_eps.</summary>
    public double NormEps { get; init; } = 1e-6;

    /// <summary>Width of one attention head.</summary>
    public int HeadWidth => HiddenSize / Heads;

    /// <summary>Numbers in one row of pixel values.</summary>
    public int RowWidth => Channels * TemporalPatchSize * PatchSize * PatchSize;
}

/// <summary>Ids of the tokens that the model itself gives a meaning.</summary>
public sealed record SpecialTokens
{
    public required int VisionStart { get; init; }
    public required int ImagePad { get; init; }
    public required int VideoPad { get; init; }

    /// <summary>The tokens that end a response.</summary>
    public required int[] End { get; init; }

    /// <summary>What fills short rows of a batch.</summary>
    public required int Pad { get; init; }
}

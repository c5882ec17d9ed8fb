namespace ViSurf.Sdk;

/// <summary>What the prompt asks for.</summary>
public enum PromptMode
{
    /// <summary>A thought, then the answer.</summary>
    Think,

    /// <summary>The answer alone.</summary>
    Direct,
}

namespace ViSurf.Sdk;

/// <summary>Where an experiment stands.</summary>
public enum Phase
{
    /// <summary>Waits for a slot.</summary>
    Queued,

    /// <summary>Waits for a stage that another experiment trains and that it will share.</summary>
    WaitingForStage,

    /// <summary>A slot holds its lease.</summary>
    Running,

    /// <summary>Every stage is done and its result is stored.</summary>
    Succeeded,

    /// <summary>It went wrong more often than is allowed; its reason says how.</summary>
    Failed,

    /// <summary>Somebody asked for its end.</summary>
    Cancelled,
}

/// <summary>Questions about phases.</summary>
public static class Phases
{
    /// <summary>Whether nothing follows this phase.</summary>
    public static bool IsEnd(this Phase phase) => phase is Phase.Succeeded or Phase.Failed or Phase.Cancelled;
}

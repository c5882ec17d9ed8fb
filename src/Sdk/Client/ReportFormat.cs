namespace ViSurf.Sdk;

/// <summary>How a report is written.</summary>
public enum ReportFormat
{
    /// <summary>Markdown tables.</summary>
    Md,

    /// <summary>One file with curves and example answers that needs nothing else.</summary>
    Html,

    /// <summary>Every value and interval.</summary>
    Json,
}

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

    /// <summary>Tables for a paper, with the rules of booktabs.</summary>
    Latex,

    /// <summary>Every number of every seed, a line each.</summary>
    Csv,

    /// <summary>The same as a Parquet file: row, seed, benchmark, measure, value, low, high.</summary>
    Parquet,
}

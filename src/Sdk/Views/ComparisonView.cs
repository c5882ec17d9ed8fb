namespace ViSurf.Sdk;

/// <summary>Two experiments, or two sweeps, measured on the same items.</summary>
public sealed record ComparisonView
{
    /// <summary>The experiment or sweep that stands first.</summary>
    public required string First { get; init; }

    /// <summary>The one that it is compared with.</summary>
    public required string Second { get; init; }

    /// <summary>The test, as <see cref="ReportChoices.Word"/> spells it.</summary>
    public required string Test { get; init; }

    /// <summary>What the intervals of the differences are over: seeds, items or concepts.</summary>
    public required string Over { get; init; }

    /// <summary>A line for each row and measure.</summary>
    public required IReadOnlyList<ComparedLine> Lines { get; init; }

    /// <summary>What a reader must know to read the lines.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>One measure of one row.</summary>
public sealed record ComparedLine
{
    /// <summary>The row in both sweeps; of two experiments, both rows.</summary>
    public required string Row { get; init; }

    /// <summary>The measure's name.</summary>
    public required string Measure { get; init; }

    /// <summary>The value of the first, the mean over seeds.</summary>
    public required double First { get; init; }

    /// <summary>The value of the second.</summary>
    public required double Second { get; init; }

    /// <summary>The first less the second, paired.</summary>
    public required double Difference { get; init; }

    /// <summary>The lower bound of the difference's 95 % interval; none where there is no interval.</summary>
    public double? Low { get; init; }

    /// <summary>The upper bound.</summary>
    public double? High { get; init; }

    /// <summary>The test's p; none where the measure is no mean of single answers and the test wants one.</summary>
    public double? P { get; init; }

    /// <summary>The same, corrected after Holm for all lines.</summary>
    public double? Holm { get; init; }
}

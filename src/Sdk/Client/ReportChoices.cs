using System.Globalization;

namespace ViSurf.Sdk;

/// <summary>What a report shows, and how it tests differences. Where nothing is chosen it is the usual report.</summary>
public sealed record ReportChoices
{
    private static readonly Dictionary<string, ReportRows> RowWords = new()
    {
        ["row"] = ReportRows.Row,
        ["method"] = ReportRows.Method,
        ["seed"] = ReportRows.Seed,
    };

    private static readonly Dictionary<string, ReportColumns> ColumnWords = new()
    {
        ["measure"] = ReportColumns.Measure,
        ["benchmark"] = ReportColumns.Benchmark,
        ["cost"] = ReportColumns.Cost,
    };

    private static readonly Dictionary<string, ReportStatistic> StatisticWords = new()
    {
        ["mean"] = ReportStatistic.Mean,
        ["mean\u00b1std"] = ReportStatistic.MeanStd,
        ["mean\u00b1ci"] = ReportStatistic.MeanInterval,
        ["median"] = ReportStatistic.Median,
    };

    private static readonly Dictionary<string, ReportTest> TestWords = new()
    {
        ["paired-t"] = ReportTest.PairedT,
        ["wilcoxon"] = ReportTest.Wilcoxon,
        ["paired-bootstrap"] = ReportTest.PairedBootstrap,
        ["clustered-bootstrap"] = ReportTest.ClusteredBootstrap,
        ["wilcoxon-items"] = ReportTest.WilcoxonItems,
        ["mcnemar"] = ReportTest.McNemar,
        ["none"] = ReportTest.None,
    };

    /// <summary>What makes a row.</summary>
    public ReportRows Rows { get; init; }

    /// <summary>What makes a column.</summary>
    public ReportColumns Columns { get; init; }

    /// <summary>What stands in a cell.</summary>
    public ReportStatistic Statistic { get; init; }

    /// <summary>How differences are tested; null tests by paired t where there are several seeds, and else not at all.</summary>
    public ReportTest? Test { get; init; }

    /// <summary>The measures, by name or title: HM, pAcc. All where none is named.</summary>
    public IReadOnlyList<string> Measures { get; init; } = [];

    /// <summary>The row whose differences are shown; visurf where nothing is given.</summary>
    public string? Subject { get; init; }

    /// <summary>The one row that it is compared with; all where nothing is given.</summary>
    public string? Against { get; init; }

    /// <summary>Asks whether the subject is worse than <see cref="Against"/> by less than this: above 0, at most 1.</summary>
    public double? Margin { get; init; }

    /// <summary>The words that <see cref="Read"/> looks for.</summary>
    public static IReadOnlyList<string> Names { get; } = ["rows", "cols", "stat", "test", "measure", "subject", "against", "margin"];

    /// <summary>How a test is spelled.</summary>
    public static string Word(ReportTest test) => TestWords.Single(pair => pair.Value == test).Key;

    /// <summary>Reads choices from words, as a query or a command line has them.</summary>
    /// <param name="valueOf">The word given for one of <see cref="Names"/>; null where there is none.</param>
    /// <param name="prefix">Stands before a name in a fault: "--" for a command line.</param>
    /// <exception cref="Fault">SpecInvalid, naming the word and what is allowed.</exception>
    public static ReportChoices Read(Func<string, string?> valueOf, string prefix = "")
    {
        string? margin = valueOf("margin");
        ReportChoices choices = new()
        {
            Rows = One(RowWords, "rows") ?? ReportRows.Row,
            Columns = One(ColumnWords, "cols") ?? ReportColumns.Measure,
            Statistic = One(StatisticWords, "stat") ?? ReportStatistic.MeanInterval,
            Test = One(TestWords, "test"),
            Measures = valueOf("measure")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            Subject = valueOf("subject"),
            Against = valueOf("against"),
            Margin = margin is null ? null
                : double.TryParse(margin, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN,
        };
        Fault.Unless(choices.Margin is null or (> 0 and <= 1), FaultCode.SpecInvalid, $"{prefix}margin",
            $"is '{margin}'; allowed: a number above 0, at most 1");
        Fault.Unless(choices.Margin is null || choices.Against is not null, FaultCode.SpecInvalid, $"{prefix}margin",
            $"needs {prefix}against: the row that it is held against");
        return choices;

        T? One<T>(Dictionary<string, T> words, string name)
            where T : struct
        {
            string? word = valueOf(name)?.Replace("+-", "\u00b1", StringComparison.Ordinal);
            Fault.Unless(word is null || words.ContainsKey(word), FaultCode.SpecInvalid, prefix + name,
                $"is '{word}'; allowed: {string.Join(", ", words.Keys)}");
            return word is null ? null : words[word];
        }
    }

    /// <summary>The choices as a query, without what is usual: &amp;rows=seed&amp;measure=HM.</summary>
    internal string ToQuery()
    {
        (string Name, string? Value)[] all =
        [
            ("rows", Rows == ReportRows.Row ? null : Spelled(RowWords, Rows)),
            ("cols", Columns == ReportColumns.Measure ? null : Spelled(ColumnWords, Columns)),
            ("stat", Statistic == ReportStatistic.MeanInterval ? null : Spelled(StatisticWords, Statistic)),
            ("test", Test is { } test ? Word(test) : null),
            ("measure", Measures.Count == 0 ? null : string.Join(',', Measures)),
            ("subject", Subject),
            ("against", Against),
            ("margin", Margin?.ToString("R", CultureInfo.InvariantCulture)),
        ];
        return string.Concat(all.Where(one => one.Value is not null).Select(one => $"&{one.Name}={Uri.EscapeDataString(one.Value!)}"));
    }

    private static string Spelled<T>(Dictionary<string, T> words, T value) => words.Single(pair => Equals(pair.Value, value)).Key;
}

/// <summary>What makes a row of a report.</summary>
public enum ReportRows
{
    /// <summary>A row of the sweep.</summary>
    Row,

    /// <summary>A method: the mean of its rows within each seed, where it has several.</summary>
    Method,

    /// <summary>A row of the sweep with one seed.</summary>
    Seed,
}

/// <summary>What makes a column of a report.</summary>
public enum ReportColumns
{
    /// <summary>A measure.</summary>
    Measure,

    /// <summary>A benchmark, with its headline or the measures that were named.</summary>
    Benchmark,

    /// <summary>What the rows cost.</summary>
    Cost,
}

/// <summary>What stands in a cell of a report.</summary>
public enum ReportStatistic
{
    /// <summary>The mean over seeds and its 95 % interval.</summary>
    MeanInterval,

    /// <summary>The mean over seeds.</summary>
    Mean,

    /// <summary>The mean and the sample's standard deviation over seeds.</summary>
    MeanStd,

    /// <summary>The median over seeds.</summary>
    Median,
}

/// <summary>How a report tests differences; p is corrected after Holm for all that are shown.</summary>
public enum ReportTest
{
    /// <summary>Student's paired t over seeds.</summary>
    PairedT,

    /// <summary>Wilcoxon's signed ranks over seeds.</summary>
    Wilcoxon,

    /// <summary>Items drawn again, the same for both rows, seeds held.</summary>
    PairedBootstrap,

    /// <summary>Concepts drawn again, each with all of its items, seeds held.</summary>
    ClusteredBootstrap,

    /// <summary>Wilcoxon's signed ranks over items, each averaged over seeds.</summary>
    WilcoxonItems,

    /// <summary>McNemar's exact test over the pairs of an item and a seed.</summary>
    McNemar,

    /// <summary>No test.</summary>
    None,
}

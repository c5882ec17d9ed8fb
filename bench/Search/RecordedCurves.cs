using System.Globalization;
using Microsoft.VisualBasic.FileIO;
using ViSurf.Sdk;

namespace ViSurf.Bench.Search;

/// <summary>Learning curves that were recorded: of each setting, each seed's score after so many steps.</summary>
/// <remarks>Comma-separated, with the columns row, seed, step, name and value of visurf metrics; others are not looked at.</remarks>
internal sealed class RecordedCurves
{
    private readonly Dictionary<string, Dictionary<(int Seed, int Step), double>> byRow = [];

    /// <param name="name">Which of the metrics: dev/pAcc.</param>
    /// <exception cref="Fault">NotFound or FileDamaged, naming the file.</exception>
    public RecordedCurves(string path, string name)
    {
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "is no file; wanted: recorded learning curves");
        using TextFieldParser file = new(path) { Delimiters = [","], HasFieldsEnclosedInQuotes = true };
        List<string> columns = [.. file.ReadFields() ?? []];
        int[] places = [.. new[] { "row", "seed", "step", "name", "value" }.Select(column => columns.IndexOf(column))];
        Fault.Unless(!places.Contains(-1), FaultCode.FileDamaged, path,
            $"has the columns {string.Join(", ", columns)}; wanted: row, seed, step, name, value");
        while (file.ReadFields() is { } all)
        {
            string[] fields = [.. places.Select(place => all[place])];
            if (fields[3] == name)
            {
                byRow.TryAdd(fields[0], []);
                byRow[fields[0]][(Number(fields[1]), Number(fields[2]))] = double.Parse(fields[4], CultureInfo.InvariantCulture);
            }
        }

        Seeds = [.. byRow.Values.SelectMany(row => row.Keys).Select(key => key.Seed).Distinct().Order()];
        Steps = [.. byRow.Values.SelectMany(row => row.Keys).Select(key => key.Step).Distinct().Order()];
        Rows = [.. byRow.Where(row => row.Value.Count == Seeds.Count * Steps.Count).Select(row => row.Key).Order(StringComparer.Ordinal)];
        Fault.Unless(Rows.Count > 0, FaultCode.FileDamaged, path, $"has no row with {name} of every seed and step");
    }

    public IReadOnlyList<int> Seeds { get; }

    public IReadOnlyList<int> Steps { get; }

    /// <summary>Those with every seed and step.</summary>
    public IReadOnlyList<string> Rows { get; }

    public double At(string row, int seed, int step) => byRow[row][(seed, step)];

    /// <summary>The mean over seeds.</summary>
    public double Mean(string row, int step) => Seeds.Average(seed => At(row, seed, step));

    /// <summary>The mean over seeds at the end.</summary>
    public double End(string row) => Mean(row, Steps[^1]);

    /// <summary>The step that so many of all prompts of a training came to.</summary>
    public int StepAt(int prompts, int all) => prompts * Steps[^1] / all;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

using ViSurf.Api.Http;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;

namespace ViSurf.Api.Reports;

/// <summary>The stored results of two experiments, or of the rows that two sweeps have in common.</summary>
/// <param name="Notes">Which rows are missing, and why.</param>
internal sealed record ComparedStudies(IReadOnlyList<ComparedResults> Pairs, IReadOnlyList<string> Notes)
{
    /// <exception cref="Fault">NotFound; Conflict: a result is missing, or seeds or rows do not fit; SpecInvalid: not of one kind.
    /// </exception>
    public static async Task<ComparedStudies> LoadAsync(IReadModel reads, string first, string second, CancellationToken stop)
    {
        bool areExperiments = first.Contains('/');
        Fault.Unless(areExperiments == second.Contains('/'), FaultCode.SpecInvalid, "second",
            $"is '{second}'; allowed: {(areExperiments ? "an experiment's id, sweep/spec" : "a sweep's id")}, as the first is");
        Fault.Unless(first != second, FaultCode.SpecInvalid, "second", $"is '{second}', the first itself; allowed: any other");
        return areExperiments
            ? await ExperimentsAsync(reads, first, second, stop)
            : Rows((first, await CellsAsync(reads, first, stop)), (second, await CellsAsync(reads, second, stop)));
    }

    private static async Task<ComparedStudies> ExperimentsAsync(IReadModel reads, string first, string second, CancellationToken stop)
    {
        (string mine, ExperimentResult one) = await ExperimentAsync(reads, first, stop);
        (string its, ExperimentResult other) = await ExperimentAsync(reads, second, stop);
        return new([new(mine == its ? mine : $"{mine} - {its}", [one], [other])], []);
    }

    private static async Task<(string Label, ExperimentResult Result)> ExperimentAsync(IReadModel reads, string id, CancellationToken stop)
    {
        ExperimentView view = await Find.ExperimentAsync(reads, id, stop);
        ExperimentResult? result = await StoredStudy.ReadAsync(reads, id, stop);
        Fault.Unless(result is not null, FaultCode.Conflict, id, $"has no result yet: it is {SpecJson.Word(view.Phase)}");
        return ($"{view.Row} #{view.Seed}", result);
    }

    private static async Task<List<Cell>> CellsAsync(IReadModel reads, string sweep, CancellationToken stop)
    {
        (_, SweepSpec spec) = await Find.SweepAsync(reads, sweep, stop);
        List<Cell> cells = [];
        foreach (SweepCell cell in await reads.SearchAsync(sweep, stop) is { } search ? search.Finished() : spec.Expand())
        {
            cells.Add(new(cell.Row, cell.Seed, await StoredStudy.ReadAsync(reads, $"{sweep}/{cell.Spec.Id}", stop)));
        }

        return cells;
    }

    private static ComparedStudies Rows((string Id, List<Cell> Cells) first, (string Id, List<Cell> Cells) second)
    {
        string seeds = Seeds(first.Cells);
        Fault.Unless(seeds == Seeds(second.Cells), FaultCode.Conflict, second.Id,
            $"has seeds {Seeds(second.Cells)}, not {seeds}; rows are compared seed by seed");
        List<string> notes = [];
        List<ComparedResults> pairs = [];
        foreach (string row in Labels(first.Cells).Union(Labels(second.Cells)))
        {
            Cell[] mine = [.. first.Cells.Where(cell => cell.Row == row)];
            Cell[] its = [.. second.Cells.Where(cell => cell.Row == row)];
            if (mine.Length == 0 || its.Length == 0)
            {
                notes.Add($"Left out, because only {(mine.Length == 0 ? second.Id : first.Id)} has it: {row}.");
            }
            else if (mine.Concat(its).Any(cell => cell.Result is null))
            {
                notes.Add($"Left out, because not every seed has a result in both: {row}.");
            }
            else
            {
                pairs.Add(new(row, Results(mine), Results(its)));
            }
        }

        Fault.Unless(pairs.Count > 0, FaultCode.Conflict, second.Id, $"has no row to compare with {first.Id}. {string.Join(' ', notes)}");
        return new(pairs, notes);
    }

    private static string Seeds(List<Cell> cells) => string.Join(", ", cells.Select(cell => cell.Seed).Distinct().Order());

    private static IEnumerable<string> Labels(List<Cell> cells) => cells.Select(cell => cell.Row).Distinct();

    private static ExperimentResult[] Results(Cell[] cells) =>
        [.. cells.OrderBy(cell => cell.Seed).Select(cell => cell.Result).OfType<ExperimentResult>()];

    private sealed record Cell(string Row, int Seed, ExperimentResult? Result);
}

using System.CommandLine;
using ViSurf.Sdk;
using ViSurf.Training;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf data make: writes a benchmark's examples as Parquet in the columns of the published ViSurf set.</summary>
internal static class DataVerb
{
    private const int ItemsOfCell = 512;

    public static Command Make()
    {
        Option<string> benchmark = Flag.Required<string>("--benchmark", "The benchmark's name.");
        Option<string> atlas = Flag.Optional("--atlas", "Folder of things to draw.", Assets.Objects);
        Option<long> seed = Flag.Optional("--seed", "Seed of the pictures.", 1L);
        Option<Split> split = Flag.Optional("--split", "base, train, dev or test.", Split.Test);
        Option<int> items = Flag.Optional<int>("--items", $"Examples; {ItemsOfCell} a cell where nothing is given.");
        Option<string> output = Flag.Required<string>("--out", "Parquet file to write.");
        Command make = new("make", "Draws examples and writes them as Parquet.") { benchmark, atlas, seed, split, items, output };
        make.SetAction(async (parsed, stop) =>
        {
            Benchmark drawn = Catalogs.Benchmarks.Make(parsed.GetRequiredValue(benchmark), "--benchmark");
            DeclaredBenchmark.Refuse(drawn, "--benchmark");
            int count = parsed.GetValue(items) == 0 ? ItemsOfCell * drawn.Cells.Count : parsed.GetValue(items);
            Fault.Unless(count > 0, FaultCode.SpecInvalid, "--items", $"is {count}; allowed: 1 and above");
            Atlas things = new(Assets.Find(parsed.GetValue(atlas)!));
            DrawnExamples examples = new(drawn, things, parsed.GetValue(split), parsed.GetValue(seed), count);
            await ParquetData.WriteAsync(parsed.GetRequiredValue(output), examples, stop);
            return 0;
        });
        return new("data", "Data sets.") { make };
    }
}

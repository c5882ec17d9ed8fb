using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Text;
using ViSurf.Training.Weights;

namespace ViSurf.Bench.Folders;

/// <summary>What it takes to read and write a model's folder: memory beside the weights, bytes a second, tokens a second.</summary>
/// <param name="megabytes">About how large the stored weights are, in bfloat16.</param>
internal sealed partial class FoldersBench(TimeProvider clock, int megabytes, string tokenizerFolder)
{
    private const int Width = 1024;
    private const int Words = 65_536; // the largest tensor is then a quarter of a model of 512 MB, as in small published ones
    private const int LayerMegabytes = 27;
    private const long ShardMax = 200_000_000;

    /// <param name="Mode">What the weights are read into, or what is written.</param>
    /// <param name="PeakToSize">The most memory in use, less what was before, over the size of the weights in memory; 0 where the size
    /// is not what counts.</param>
    /// <param name="MegabytesPerSecond">Of the files, which are in the system's cache.</param>
    internal sealed record Line(string Mode, long Bytes, double PeakToSize, double MegabytesPerSecond);

    /// <param name="TokensPerSecond">One thread, a mixed text.</param>
    internal sealed record Report(IReadOnlyList<Line> Lines, double TokensPerSecond) : IReport
    {
        public string Json() => JsonSerializer.Serialize(this, SpecJson.Options);

        public string Text() => string.Join('\n',
        [
            .. Lines.Select(line => string.Create(CultureInfo.InvariantCulture,
                $"{line.Mode}: {line.Bytes / 1e6:0} MB, peak {line.PeakToSize:0.000} of the weights, {line.MegabytesPerSecond:0} MB/s")),
            string.Create(CultureInfo.InvariantCulture, $"tokenizer: {TokensPerSecond:0} tokens/s"),
        ]);
    }

    public Report Run()
    {
        string folder = Directory.CreateTempSubdirectory("visurf-folders-").FullName;
        try
        {
            string source = Path.Combine(folder, "source");
            Make(source);
            Line[] lines =
            [
                Load(source, ScalarType.Float32), Load(source, ScalarType.BFloat16),
                Save(source, Path.Combine(folder, "same"), null), Save(source, Path.Combine(folder, "wide"), ScalarType.Float32),
            ];
            return new(lines, TokensPerSecond());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Make(string folder)
    {
        string files = folder + "-files";
        Directory.CreateDirectory(files);
        File.WriteAllText(Path.Combine(files, "config.json"), Config());
        using VisionLanguageModel model = new(ConfigFile.OfFolder(files), new Ones());
        ModelFolder.Export(model.Weights.Named.Select(pair => PlannedTensor.Of(pair.Key, pair.Value)), files, folder, null, ShardMax);
    }

    private Line Load(string folder, ScalarType type)
    {
        long before = Quiet();
        long start = clock.GetTimestamp();
        using VisionLanguageModel model = ModelFolder.Load(folder, placement: new(type, CPU));
        double seconds = clock.GetElapsedTime(start).TotalSeconds;
        long bytes = model.Weights.Named.Sum(pair => pair.Value.numel() * pair.Value.element_size());
        return new($"load as {type}", bytes, (double)(Memory("VmHWM") - before) / bytes, Stored(folder) / 1e6 / seconds);
    }

    private Line Save(string folder, string to, ScalarType? type)
    {
        long before = Quiet();
        long start = clock.GetTimestamp();
        ModelFolder.Export(ModelFolder.PlanOf(WeightFiles.OfFolder(folder), folder), folder, to, type, null);
        double seconds = clock.GetElapsedTime(start).TotalSeconds;
        long bytes = Stored(to);
        return new($"export {(type is null ? "as it is" : $"as {type}")}", bytes, (double)(Memory("VmHWM") - before) / bytes,
            bytes / 1e6 / seconds);
    }

    private double TokensPerSecond()
    {
        Tokenizer tokenizer = Tokenizer.OfFolder(tokenizerFolder);
        string text = string.Concat(Enumerable.Range(0, 2_000).Select(i =>
            $"Please find \"the red apple number {i}\" with bboxs and points. [{{\"bbox_2d\": [{i}, 20, 300, 4{i % 10}]}}] caf\u00e9\n"));
        tokenizer.Encode(text);
        long start = clock.GetTimestamp();
        int tokens = tokenizer.Encode(text).Length;
        return tokens / clock.GetElapsedTime(start).TotalSeconds;
    }

    // Gives back what earlier parts left, sets the peak back to now, and says what is in use.
    private static long Quiet()
    {
        GC.Collect();
        _ = Trim(0);
        File.WriteAllText("/proc/self/clear_refs", "5");
        return Memory("VmRSS");
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);

    private static long Stored(string folder) => WeightFiles.OfFolder(folder).Tensors.Values.Sum(tensor => tensor.Entry.Length);

    private static long Memory(string field) => long.Parse(File.ReadLines("/proc/self/status")
        .First(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) * 1024;

    private string Config() => $$"""
        {
          "model_type": "qwen2_5_vl", "vocab_size": {{Words}}, "hidden_size": {{Width}}, "intermediate_size": 4096,
          "num_hidden_layers": {{Math.Max(1, (megabytes - 150) / LayerMegabytes)}}, "num_attention_heads": 16, "num_key_value_heads": 2,
          "rope_scaling": { "type": "mrope", "mrope_section": [8, 12, 12] }, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
          "bos_token_id": 0, "eos_token_id": 1, "vision_start_token_id": 2, "image_token_id": 3, "video_token_id": 4,
          "vision_config": {
            "depth": 2, "hidden_size": 256, "intermediate_size": 512, "num_heads": 4, "out_hidden_size": {{Width}}, "patch_size": 14,
            "spatial_merge_size": 2, "temporal_patch_size": 2, "window_size": 112, "fullatt_block_indexes": [1]
          }
        }
        """;

    private sealed class Ones : IWeightSource
    {
        public Tensor Get(string name, Initial initial, long[] shape) => ones(shape, ScalarType.BFloat16);
    }
}

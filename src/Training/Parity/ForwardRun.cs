using System.Runtime.InteropServices;
using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Parity;

/// <summary>One forward pass over given inputs, for comparison with other implementations.</summary>
public static class ForwardRun
{
    /// <summary>
    /// Reads input_ids, attention_mask and, with pictures, image_grid_thw and pixel_values; writes logits, position_ids,
    /// rope_deltas, with pictures vision.image_embeds, and, where asked, the greedy new_tokens from prompt_input_ids and
    /// prompt_attention_mask (end tokens ignored).
    /// </summary>
    /// <param name="placement">Float32 on the processor where nothing is said.</param>
    /// <exception cref="Fault">A file or tensor is missing, damaged or does not fit the model.</exception>
    public static void Run(string modelFolder, string inputs, string output, int newTokens, Placement? placement = null)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = ModelFolder.Load(modelFolder, weightsFile: null, placement);
        InputFile file = new(inputs, model.Config, new(model.Type, model.Device));
        using PromptBatch batch = file.Batch("");
        Dictionary<string, Tensor> results = new()
        {
            ["logits"] = model.Logits(batch.Forward(model, new RecordedKeyValues())),
            ["position_ids"] = tensor(batch.Positions.Positions),
            ["rope_deltas"] = tensor(batch.Positions.Deltas, batch.Count, 1),
        };
        if (batch.EmbedPictures(model) is { } embeddings)
        {
            results["vision.image_embeds"] = embeddings;
        }

        if (newTokens > 0)
        {
            results["new_tokens"] = Generate(model, file, newTokens);
        }

        SafetensorsWriter.Write(output, results);
    }

    private static Tensor Generate(VisionLanguageModel model, InputFile file, int newTokens)
    {
        using PromptBatch prompts = file.Batch("prompt_");
        Response[] responses = new Sampler(model, new() { MaxTokens = newTokens, Temperature = 0 })
            .Sample(prompts, new Draws[prompts.Count]);
        return tensor(responses.SelectMany(response => response.Tokens).Select(token => (long)token).ToArray(), prompts.Count, newTokens);
    }

    private sealed class InputFile(string path, ModelConfig config, Placement placement)
    {
        private readonly SafetensorsFile file = new(path);

        public PromptBatch Batch(string prefix)
        {
            long[,] ids = Matrix(prefix + "input_ids", null);
            long[,] mask = Matrix(prefix + "attention_mask", ids);
            Demand(ids.Cast<long>().All(id => id >= 0 && id < config.VocabSize), prefix + "input_ids",
                $"has an id outside 0 to {config.VocabSize - 1}");
            if (!file.Entries.ContainsKey("image_grid_thw"))
            {
                return new(config, ids, mask, null, [], placement);
            }

            PatchGrid[] grids = [.. Longs("image_grid_thw").Chunk(3)
                .Select(size => new PatchGrid((int)size[0], (int)size[1], (int)size[2]))];
            Tensor pixels = file.Read("pixel_values").to(ScalarType.Float32);
            Demand(pixels.dim() == 2 && pixels.shape[1] == config.Vision.RowWidth
                && pixels.shape[0] == grids.Sum(grid => (long)grid.Patches),
                "pixel_values", $"must have shape [{grids.Sum(grid => (long)grid.Patches)}, {config.Vision.RowWidth}]");
            return new(config, ids, mask, pixels, grids, placement);
        }

        private long[,] Matrix(string name, long[,]? like)
        {
            long[] values = Longs(name);
            long[] shape = file.Entries[name].Shape;
            Demand(shape.Length == 2 && values.Length > 0, name, "must have two axes and hold something");
            Demand(like is null || (like.GetLength(0) == shape[0] && like.GetLength(1) == shape[1]), name,
                "must have the shape of the ids");
            long[,] matrix = new long[shape[0], shape[1]];
            values.CopyTo(MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length));
            return matrix;
        }

        private long[] Longs(string name) => file.Read(name).to(ScalarType.Int64).data<long>().ToArray();

        private void Demand(bool holds, string name, string reason) =>
            Fault.Unless(holds, FaultCode.SpecInvalid, $"{path}: {name}", reason);
    }
}

using ViSurf.Training.Model;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Golden;

/// <summary>Numbers of the reference implementation (fixtures/README.md says how they were made).</summary>
internal static class Fixtures
{
    public const double LogitTolerance = 1e-4;

    public static string Path(params string[] parts) => Repository.File(["tests", "Golden", "fixtures", .. parts]);

    public static SafetensorsFile Open(string name) => new(Path(name + ".safetensors"));

    public static VisionLanguageModel Model() => ModelFolder.Load(Path("model_untied"));

    public static PatchGrid[] Grids(SafetensorsFile inputs)
    {
        if (!inputs.Entries.ContainsKey("image_grid_thw"))
        {
            return [];
        }

        long[] sizes = inputs.Read("image_grid_thw").data<long>().ToArray();
        return [.. sizes.Chunk(3).Select(size => new PatchGrid((int)size[0], (int)size[1], (int)size[2]))];
    }

    public static PromptBatch Batch(VisionLanguageModel model, SafetensorsFile inputs, string prefix = "") =>
        new(model.Config, Matrix(inputs.Read(prefix + "input_ids")), Matrix(inputs.Read(prefix + "attention_mask")),
            Pixels(inputs), Grids(inputs), new(model.Type, model.Device));

    public static Tensor? Pixels(SafetensorsFile inputs) =>
        inputs.Entries.ContainsKey("pixel_values") ? inputs.Read("pixel_values") : null;

    public static long[,] Matrix(Tensor tensor)
    {
        long[,] matrix = new long[tensor.shape[0], tensor.shape[1]];
        tensor.data<long>().ToArray().CopyTo(System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length));
        return matrix;
    }

    /// <summary>Largest difference where the mask (of the leading axes) is 1.</summary>
    public static double Difference(Tensor expected, Tensor actual, Tensor? mask = null)
    {
        Assert.Equal(expected.shape, actual.shape);
        Tensor difference = (expected.to(ScalarType.Float64) - actual.to(ScalarType.Float64)).abs();
        return (mask is null ? difference : difference[mask.to(ScalarType.Bool)]).max().item<double>();
    }
}

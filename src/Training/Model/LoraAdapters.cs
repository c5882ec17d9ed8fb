using System.IO.Enumeration;
using System.Text.RegularExpressions;
using ViSurf.Sdk;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Model;

/// <summary>The adapters of a model: all that is trained, while its own weights stand still.</summary>
/// <remarks>
/// Source: Hu et al. 2021, arXiv:2106.09685. A is uniform within 1 / sqrt(inputs), as the reference layer's Kaiming draw comes
/// out, each from a stream of its own; B is 0, so that training starts from the model itself.
/// </remarks>
public sealed class LoraAdapters : IDisposable
{
    /// <summary>Before the names of PEFT's tensors.</summary>
    public const string Prefix = "base_model.model.";

    private readonly VisionLanguageModel model;
    private readonly List<Linear> adapted = [];
    private readonly List<KeyValuePair<string, Tensor>> named = [];

    /// <summary>Attaches adapters beside the matching projections, and freezes every weight of the model.</summary>
    /// <exception cref="Fault">SpecInvalid: a target matches nothing.</exception>
    public LoraAdapters(VisionLanguageModel model, LoraSpec spec, long seed)
    {
        this.model = model;
        Spec = spec;
        foreach (Linear linear in Matching(model, spec))
        {
            (long outputs, long inputs) = (linear.Weight.shape[0], linear.Weight.shape[1]);
            linear.Adapter = new(
                Leaf(Drawn(linear.Name, seed, inputs), spec.Rank, inputs),
                Leaf(new float[outputs * spec.Rank], outputs, spec.Rank), spec.Alpha / spec.Rank);
            adapted.Add(linear);
            named.Add(new($"{Prefix}{linear.Name}.lora_A.weight", linear.Adapter.A));
            named.Add(new($"{Prefix}{linear.Name}.lora_B.weight", linear.Adapter.B));
        }

        foreach ((_, Tensor weight) in model.Weights.Named)
        {
            weight.requires_grad_(false);
        }
    }

    public LoraSpec Spec { get; }

    /// <summary>How many numbers each adapter's A and B would have.</summary>
    /// <exception cref="Fault">SpecInvalid: a target matches nothing.</exception>
    public static long[] Counts(VisionLanguageModel model, LoraSpec spec) =>
        [.. Matching(model, spec).SelectMany(linear => new[] { spec.Rank * linear.Weight.shape[1], spec.Rank * linear.Weight.shape[0] })];

    /// <summary>The trained tensors under PEFT's names, in a fixed order.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Named => named;

    /// <summary>The projections that have adapters, in the order of the tensors.</summary>
    public IEnumerable<string> Modules => adapted.Select(linear => linear.Name);

    /// <summary>Takes over adapters; they are then what the model was before training.</summary>
    /// <param name="read">Gives the tensor of a name.</param>
    public void Start(Func<string, Tensor> read)
    {
        using var noGrad = no_grad();
        foreach ((string name, Tensor tensor) in named)
        {
            using var scope = NewDisposeScope();
            tensor.copy_(read(name));
        }

        adapted.ForEach(linear => linear.Adapter!.Remember());
    }

    /// <summary>Until disposed, the model computes what it did before training: the reference of a divergence.</summary>
    public IDisposable Before()
    {
        adapted.ForEach(linear => linear.Adapter!.IsBefore = true);
        return new Switch(adapted);
    }

    public void Dispose()
    {
        foreach (Linear linear in adapted)
        {
            linear.Adapter!.Dispose();
            linear.Adapter = null;
        }
    }

    private static IEnumerable<Linear> Matching(VisionLanguageModel model, LoraSpec spec)
    {
        Linear[] candidates = [.. model.Linears.Decoder, .. spec.Vision == VisionPart.Trained ? model.Linears.Vision : []];
        foreach (string target in spec.Targets)
        {
            Fault.Unless(candidates.Any(linear => IsMatch(target, linear.Name)), FaultCode.SpecInvalid, "model.lora.targets",
                $"has '{target}', which is no projection; there are {Known(candidates)}");
        }

        return candidates.Where(linear => spec.Targets.Any(target => IsMatch(target, linear.Name)));
    }

    private Tensor Leaf(float[] values, long rows, long columns)
    {
        using var scope = NewDisposeScope();
        return tensor(values, rows, columns).to(model.Device).requires_grad_().DetachFromDisposeScope();
    }

    private float[] Drawn(string name, long seed, long inputs)
    {
        Draws draws = new(seed, $"lora {name}");
        double bound = 1 / Math.Sqrt(inputs);
        float[] values = new float[Spec.Rank * inputs];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(((2 * draws.Unit()) - 1) * bound);
        }

        return values;
    }

    // As PEFT: the whole name, or the end of it after a point.
    private static bool IsMatch(string target, string name) =>
        FileSystemName.MatchesSimpleExpression(target, name, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression($"*.{target}", name, ignoreCase: false);

    private static string Known(Linear[] linears) => string.Join(", ", linears
        .Select(linear => Regex.Replace(linear.Name, @"\.\d+\.", ".*.")).Distinct());

    private sealed class Switch(List<Linear> adapted) : IDisposable
    {
        public void Dispose() => adapted.ForEach(linear => linear.Adapter!.IsBefore = false);
    }
}

namespace ViSurf.Training.Model;

/// <summary>Backward without stored activations: a block keeps its inputs alone, and is computed once more when its gradient is
/// wanted.</summary>
/// <remarks>
/// Source: Chen et al. 2016, "Training deep nets with sublinear memory cost", arXiv:1604.06174. Blocks form a chain of graphs of
/// their own: a block's outputs are leaves, on which what comes after leaves its gradient; <see cref="Backward"/> then walks the
/// blocks from the last to the first. All of it runs on the calling thread, as plain calls: nothing of it is a callback.
/// Whatever a block reads besides its inputs (tables, masks, weights) must live until then, and must be the same then.
/// </remarks>
public sealed class Recomputation
{
    private readonly List<Step> steps = [];

    /// <summary>Runs a block. What it returns has no graph before it.</summary>
    /// <param name="block">Turns inputs into outputs; run once now, and once more in <see cref="Backward"/>.</param>
    public Tensor[] Run(Func<Tensor[], Tensor[]> block, params Tensor[] inputs)
    {
        Tensor[] leaves = [.. inputs.Select(Enter)];
        using var scope = NewDisposeScope();
        Tensor[] computed = block(leaves);
        // An output that nothing trained went into has no graph to go on with.
        Tensor[] outputs = [.. computed.Select(output =>
            output.detach().requires_grad_(output.requires_grad).MoveToOuterDisposeScope())];
        if (Array.Exists(outputs, output => output.requires_grad))
        {
            steps.Add(new(block, leaves, outputs));
        }

        return outputs;
    }

    /// <summary>Takes the gradients on from where the loss's own graph ended, to every weight before.</summary>
    public void Backward()
    {
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            using var scope = NewDisposeScope();
            steps[i].Backward();
        }

        steps.Clear();
    }

    // A tensor that another block made is a leaf already; one with a graph gets a leaf in front of it, once.
    private Tensor Enter(Tensor input)
    {
        if (!input.requires_grad || input.is_leaf)
        {
            return input;
        }

        if (steps.Find(step => ReferenceEquals(step.Source, input)) is { } known)
        {
            return known.Outputs[0];
        }

        Step entry = new(null, [], [input.detach().requires_grad_()]) { Source = input };
        steps.Add(entry);
        return entry.Outputs[0];
    }

    private sealed record Step(Func<Tensor[], Tensor[]>? Block, Tensor[] Inputs, Tensor[] Outputs)
    {
        /// <summary>The tensor with a graph of its own for which the output stands.</summary>
        public Tensor? Source { get; init; }

        public void Backward()
        {
            (int Index, Tensor Gradient)[] reached = [.. Outputs.Index()
                .Select(pair => (pair.Index, Gradient: pair.Item.grad)).Where(pair => pair.Gradient is not null)
                .Select(pair => (pair.Index, pair.Gradient!))];
            if (reached.Length == 0)
            {
                return;
            }

            Tensor[] again = Block is null ? [Source!] : Block(Inputs);
            autograd.backward([.. reached.Select(pair => again[pair.Index])], [.. reached.Select(pair => pair.Gradient)]);
            foreach (Tensor output in Outputs)
            {
                output.grad = null;
            }
        }
    }
}

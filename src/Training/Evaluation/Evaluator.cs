using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Geometry;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;

namespace ViSurf.Training.Evaluation;

/// <summary>Scores a policy on examples by greedy decoding.</summary>
public sealed class Evaluator(Policy policy, int maxTokens)
{
    private const int BatchSize = 128;

    /// <summary>The outcome of every example.</summary>
    /// <param name="frame">The frame of the examples' coordinates; null is each picture's own pixels.</param>
    /// <param name="stop">Looked at between batches.</param>
    public ItemScore[] Score(Benchmark benchmark, PromptMode mode, ExampleSource examples, Frame? frame, CancellationToken stop)
    {
        List<ItemScore> scores = [];
        for (int first = 0; first < examples.Count; first += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            Prompt[] prompts = [.. Enumerable.Range(first, Math.Min(BatchSize, examples.Count - first))
                .Select(i => policy.Prepare(examples.At(i), benchmark, mode, frame))];
            string[] outputs = Respond(prompts);
            scores.AddRange(prompts.Zip(outputs, (prompt, output) => Judge(benchmark, prompt.Example, prompt.Truth, output)));
        }

        return [.. scores];
    }

    /// <summary>The outcome of one output.</summary>
    public static ItemScore Judge(Benchmark benchmark, Example example, Truth truth, string output)
    {
        ParsedResponse response = new(output);
        bool isParsed = truth.Text is null ? response.Objects is not null : response.Answer is not null;
        return new(example.Id, example.Cell ?? benchmark.CellOf(example.Problem, truth), output,
            benchmark.IsRight(response, truth) ? 1 : 0, response.HasThought, isParsed);
    }

    private string[] Respond(Prompt[] prompts)
    {
        using PromptBatch batch = policy.Batch(prompts);
        Sampler sampler = new(policy.Model, new() { MaxTokens = maxTokens, Temperature = 0, End = policy.End, Banned = policy.Banned });
        return [.. sampler.Sample(batch, new Draws[prompts.Length]).Select(response => policy.TextOf(response.Tokens))];
    }
}

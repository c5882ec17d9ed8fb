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

/// <summary>How an evaluated policy responds.</summary>
/// <param name="Temperature">0 takes the likeliest token each time.</param>
/// <param name="Rollouts">Responses to each example; with temperature 0 they would all be one.</param>
/// <param name="Seed">Of the draws, where there are any.</param>
public sealed record Decoding(int MaxTokens, double Temperature = 0, double TopP = 1, int Rollouts = 1, long Seed = 1);

/// <summary>Scores a policy on examples.</summary>
public sealed class Evaluator(Policy policy, Decoding decoding)
{
    private const int BatchSize = 128;

    /// <summary>The outcome of every response: an example's rollouts follow each other.</summary>
    /// <param name="frame">The frame of the examples' coordinates; null is each picture's own pixels.</param>
    /// <param name="stop">Looked at between batches.</param>
    public ItemScore[] Score(Benchmark benchmark, PromptMode mode, ExampleSource examples, Frame? frame, CancellationToken stop)
    {
        List<ItemScore> scores = [];
        int prompts = Math.Max(1, BatchSize / decoding.Rollouts);
        for (int first = 0; first < examples.Count; first += prompts)
        {
            stop.ThrowIfCancellationRequested();
            Prompt[] batch = [.. Enumerable.Range(first, Math.Min(prompts, examples.Count - first))
                .Select(i => policy.Prepare(examples.At(i), benchmark, mode, frame))];
            scores.AddRange(Respond(batch, first).Select((output, row) =>
                Judge(benchmark, batch[row / decoding.Rollouts].Example, batch[row / decoding.Rollouts].Truth, output)));
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

    private IEnumerable<string> Respond(Prompt[] prompts, int first)
    {
        using PromptBatch batch = policy.Batch(prompts);
        Sampler sampler = new(policy.Model, new()
        {
            GroupSize = decoding.Rollouts,
            MaxTokens = decoding.MaxTokens,
            Temperature = decoding.Temperature,
            TopP = decoding.TopP,
            End = policy.End,
            Banned = policy.Banned,
        });
        Draws[] streams = [.. Enumerable.Range(0, prompts.Length * decoding.Rollouts)
            .Select(row => new Draws(decoding.Seed, "evaluation", first + (row / decoding.Rollouts), row % decoding.Rollouts))];
        return sampler.Sample(batch, streams).Select(response => policy.TextOf(response.Tokens));
    }
}

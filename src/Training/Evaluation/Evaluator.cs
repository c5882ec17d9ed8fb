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
public sealed record Decoding(int MaxTokens, double Temperature = 0, double TopP = 1, int Rollouts = 1, long Seed = 1)
{
    /// <summary>Draws from this many likeliest tokens; 0 leaves all.</summary>
    public int TopK { get; init; }

    /// <summary>Draws from tokens that have at least this share of the likeliest one's probability; 0 leaves all.</summary>
    public double MinP { get; init; }

    /// <summary>Texts that end a response, kept at its end.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Tokens of prompts that are read at a time; 0 counts none. Changes memory, and the result by rounding.</summary>
    public int BatchTokens { get; init; }
}

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
        for (int first = 0; first < examples.Count;)
        {
            stop.ThrowIfCancellationRequested();
            Prompt[] batch = [.. Take(Enumerable.Range(first, examples.Count - first)
                .Select(i => policy.Prepare(examples.At(i), benchmark, mode, frame)))];
            scores.AddRange(Respond(batch, first, benchmark.MayBeAbsent).Select((response, row) =>
                Judge(benchmark, batch[row / decoding.Rollouts], response.Output, response.Absent)));
            first += batch.Length;
        }

        return [.. scores];
    }

    /// <summary>The outcome of one output.</summary>
    public static ItemScore Judge(Benchmark benchmark, Example example, Truth truth, string output)
    {
        ParsedResponse response = new(output);
        bool isParsed = truth.Text is null ? response.Objects is not null : response.Answer is not null;
        return new(example.Id, example.Cell ?? benchmark.CellOf(example.Problem, truth), output,
            benchmark.IsRight(response, truth) ? 1 : 0, response.HasThought, isParsed, benchmark.ConceptOf(example.Problem, truth));
    }

    private static ItemScore Judge(Benchmark benchmark, Prompt prompt, string output, float? absent) =>
        Judge(benchmark, prompt.Example, prompt.Truth, output) with { AbsentLogProb = absent };

    // One prompt at least; further ones while their rows and their tokens, padding included, stay within the limits.
    private IEnumerable<Prompt> Take(IEnumerable<Prompt> prompts)
    {
        (int count, int longest) = (0, 0);
        foreach (Prompt prompt in prompts)
        {
            longest = Math.Max(longest, prompt.Ids.Length);
            count++;
            bool areFew = decoding.BatchTokens == 0 || (long)count * longest <= decoding.BatchTokens;
            if (count > 1 && !(areFew && count * decoding.Rollouts <= BatchSize))
            {
                yield break;
            }

            yield return prompt;
        }
    }

    private (string Output, float? Absent)[] Respond(Prompt[] prompts, int first, bool mayBeAbsent)
    {
        using PromptBatch batch = policy.Batch(prompts);
        Sampler sampler = new(policy.Model, new()
        {
            GroupSize = decoding.Rollouts,
            MaxTokens = decoding.MaxTokens,
            Temperature = decoding.Temperature,
            TopP = decoding.TopP,
            TopK = decoding.TopK,
            MinP = decoding.MinP,
            Stop = decoding.Stop.Count == 0 ? null : new(decoding.Stop, policy.TextOf),
            End = policy.End,
            Banned = policy.Banned,
        });
        Draws[] streams = [.. Enumerable.Range(0, prompts.Length * decoding.Rollouts)
            .Select(row => new Draws(decoding.Seed, "evaluation", first + (row / decoding.Rollouts), row % decoding.Rollouts))];
        string[] outputs = [.. sampler.Sample(batch, streams).Select(response => policy.TextOf(response.Tokens))];
        return mayBeAbsent && decoding.Temperature == 0
            ? [.. outputs.Zip(new AbsenceScorer(policy).Score(batch, outputs))]
            : [.. outputs.Select(output => (output, (float?)null))];
    }
}

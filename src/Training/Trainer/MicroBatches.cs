using ViSurf.Sdk;
using ViSurf.Training.Methods;
using ViSurf.Training.Policies;

namespace ViSurf.Training.Trainer;

/// <summary>Rows whose gradient is computed at a time, with the prompts that they answer.</summary>
/// <param name="Rows">Indices among the rows of the mini-batch.</param>
/// <param name="First">The first of the prompts, which follow each other.</param>
internal sealed record MicroBatch(IReadOnlyList<int> Rows, int First, IReadOnlyList<Prompt> Prompts);

/// <summary>Splits a mini-batch by what fits into memory.</summary>
internal static class MicroBatches
{
    /// <summary>Splits rows, in their order. Their weights are those of the whole mini-batch, so that gradients add up to its
    /// own.</summary>
    /// <param name="groups">Of the whole step: a row's prompt is an index among them.</param>
    /// <param name="first">The mini-batch's first group.</param>
    public static IEnumerable<MicroBatch> Of(IReadOnlyList<Group> groups, IReadOnlyList<WeighedRow> rows, int first, int count,
        TrainSpec train) => train.MicroTokens > 0
            ? ByTokens(groups, rows, train.MicroTokens)
            : ByPrompts(groups, rows, first, count, train);

    private static IEnumerable<MicroBatch> ByPrompts(IReadOnlyList<Group> groups, IReadOnlyList<WeighedRow> rows, int first, int count,
        TrainSpec train)
    {
        int size = train.MicroPrompts == 0 ? count : train.MicroPrompts;
        for (int at = first; at < first + count; at += size)
        {
            int end = Math.Min(at + size, first + count);
            int[] own = [.. Enumerable.Range(0, rows.Count).Where(i => rows[i].Prompt >= at && rows[i].Prompt < end)];
            yield return Make(groups, own, at, end);
        }
    }

    /// <summary>One row at least; further ones while the padded prompts and rows stay within the limit.</summary>
    public static IEnumerable<MicroBatch> ByTokens(IReadOnlyList<Group> groups, IReadOnlyList<WeighedRow> rows, int limit)
    {
        for (int at = 0; at < rows.Count;)
        {
            int end = at + 1;
            while (end < rows.Count && Padded(groups, rows, at, end + 1) <= limit)
            {
                end++;
            }

            yield return Make(groups, [.. Enumerable.Range(at, end - at)], rows[at].Prompt, rows[end - 1].Prompt + 1);
            at = end;
        }
    }

    private static long Padded(IReadOnlyList<Group> groups, IReadOnlyList<WeighedRow> rows, int at, int end)
    {
        (int firstPrompt, int lastPrompt) = (rows[at].Prompt, rows[end - 1].Prompt);
        long prompts = Enumerable.Range(firstPrompt, lastPrompt - firstPrompt + 1).Max(i => groups[i].Prompt.Ids.Length);
        long longest = Enumerable.Range(at, end - at).Max(i => rows[i].Member.Tokens.Length);
        return (prompts * (lastPrompt - firstPrompt + 1)) + (longest * (end - at));
    }

    private static MicroBatch Make(IReadOnlyList<Group> groups, int[] rows, int first, int end) =>
        new(rows, first, [.. groups.Skip(first).Take(end - first).Select(group => group.Prompt)]);
}

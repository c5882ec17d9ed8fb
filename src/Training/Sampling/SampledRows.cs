using ViSurf.Training.Model;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Sampling;

/// <summary>The rows of a call: those that wait, those in slots, and what all have drawn. Plain numbers, no tensors.</summary>
internal sealed class SampledRows
{
    private readonly SamplingSettings settings;
    private readonly Draws[] streams;
    private readonly HashSet<int> end;
    private readonly List<int>[] tokens;
    private readonly List<float>[] logProbs;
    private readonly Finish[] finish;
    private readonly long[] firstPosition;
    private readonly int[] rowOfSlot;
    private int next;

    public SampledRows(PromptBatch prompts, SamplingSettings settings, Draws[] streams)
    {
        this.settings = settings;
        this.streams = streams;
        end = [.. settings.End];
        int count = prompts.Count * settings.GroupSize;
        tokens = [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
        logProbs = [.. Enumerable.Range(0, count).Select(_ => new List<float>())];
        finish = new Finish[count];
        firstPosition = [.. prompts.Positions.Deltas.Select(delta => prompts.Length + delta)];
        rowOfSlot = new int[settings.Rows == 0 ? count : Math.Min(settings.Rows, count)];
    }

    /// <summary>Rows at a time.</summary>
    public int Slots => rowOfSlot.Length;

    /// <summary>Slots in use: the first ones.</summary>
    public int Count { get; private set; }

    /// <summary>Rows in slots, by slot.</summary>
    public ReadOnlySpan<int> Live => rowOfSlot.AsSpan(0, Count);

    public bool HasWaiting => next < tokens.Length;

    /// <summary>The prompt of the next waiting row, or the number of prompts.</summary>
    public int NextPrompt => PromptOf(next);

    public int PromptOf(int row) => row / settings.GroupSize;

    /// <summary>Up to that many waiting rows, in order: rows of one prompt follow each other.</summary>
    public int[] TakeWaiting(int count)
    {
        int from = next;
        next = Math.Min(tokens.Length, next + count);
        return [.. Enumerable.Range(from, next - from)];
    }

    /// <summary>Notes a token of a row; tells whether it was the row's last.</summary>
    public bool Add(int row, int token, float logProb)
    {
        List<int> own = tokens[row];
        own.Add(token);
        logProbs[row].Add(logProb);
        Finish? ended = end.Contains(token) ? Finish.End
            : settings.Stop?.IsReached(own) == true ? Finish.Stop
            : own.Count == settings.MaxTokens ? Finish.Length
            : null;
        finish[row] = ended ?? Finish.Length;
        return ended is not null;
    }

    public void Put(int slot, int row)
    {
        rowOfSlot[slot] = row;
        Count = Math.Max(Count, slot + 1);
    }

    /// <summary>Closes free slots: the last rows move there, and only the first slots stay in use.</summary>
    /// <param name="free">Slots without a row, ascending.</param>
    public (int[] From, int[] To) Close(IReadOnlyList<int> free)
    {
        int count = Count - free.Count;
        int[] to = [.. free.Where(slot => slot < count)];
        int[] from = [.. Enumerable.Range(count, free.Count).Except(free)];
        for (int i = 0; i < to.Length; i++)
        {
            rowOfSlot[to[i]] = rowOfSlot[from[i]];
        }

        Count = count;
        return (from, to);
    }

    /// <summary>The last token of each row in a slot, and its position.</summary>
    public (long[] Tokens, long[] Positions) Last()
    {
        long[] last = new long[Count];
        long[] positions = new long[Count];
        for (int slot = 0; slot < Count; slot++)
        {
            int row = rowOfSlot[slot];
            last[slot] = tokens[row][^1];
            positions[slot] = firstPosition[PromptOf(row)] + tokens[row].Count - 1;
        }

        return (last, positions);
    }

    /// <summary>One number of each row's own stream.</summary>
    public float[] Uniforms(ReadOnlySpan<int> rows)
    {
        float[] uniforms = new float[rows.Length];
        for (int i = 0; i < uniforms.Length; i++)
        {
            // Below 1 by more than rounding, so that the number lies before the end of the last token that has any probability.
            uniforms[i] = (float)(streams[rows[i]].Unit() * (1 - 1e-6));
        }

        return uniforms;
    }

    public Response[] Responses() =>
        [.. tokens.Select((row, i) => new Response([.. row], [.. logProbs[i]], finish[i]))];
}

namespace ViSurf.Training.Model;

/// <summary>Keys and values of the rows that are being generated: each row has a slot, which it leaves when it is finished.</summary>
/// <remarks>
/// The slots in use are the first ones: another row takes a free slot, or the last rows move there. Before each token of all rows
/// comes <see cref="Advance"/>. Letters: B prompts, N rows in slots, P prompt's places, L places after the prompt in use.
/// </remarks>
public abstract class KeyValueCache : KeyValues, IDisposable
{
    private readonly int[] promptOfSlot;
    private readonly int[] lengthOfSlot;

    /// <param name="slots">Rows at a time.</param>
    private protected KeyValueCache(int slots)
    {
        promptOfSlot = new int[slots];
        lengthOfSlot = new int[slots];
    }

    /// <summary>Bytes of keys and values held.</summary>
    public abstract long Bytes { get; }

    /// <summary>Hides what the rows of this step must not see, for the model's Decode; null where nothing is hidden, or where the
    /// cache hides it itself.</summary>
    public abstract Tensor? Mask { get; }

    /// <summary>Slots in use.</summary>
    public int Count { get; private set; }

    /// <summary>Places after the prompt in use, of the longest row.</summary>
    private protected int Longest { get; private set; }

    /// <summary>Whether all rows have as many places.</summary>
    private protected bool IsEven { get; private set; }

    private protected ReadOnlySpan<int> Prompts => promptOfSlot.AsSpan(0, Count);

    private protected ReadOnlySpan<int> Lengths => lengthOfSlot.AsSpan(0, Count);

    /// <summary>A cache that takes over what was recorded of prompts.</summary>
    /// <param name="slots">Rows at a time.</param>
    /// <param name="room">Places after the prompt.</param>
    /// <param name="padding_B11P">Hides the prompts' padding; null where there is none.</param>
    /// <param name="sharePrompts">Whether a prompt stands once for all its rows, and attention is put together from two parts; or is
    /// copied to each. The numbers differ by rounding: about 1e-6 of a value in float32.</param>
    public static KeyValueCache Of(RecordedKeyValues read, Tensor? padding_B11P, int slots, int room, bool sharePrompts) =>
        sharePrompts ? new SharedPromptCache(read, padding_B11P, slots, room) : new CopiedPromptCache(read, padding_B11P, slots, room);

    /// <summary>Rows take slots: free ones below <see cref="Count"/>, or those right after.</summary>
    public void Join(ReadOnlySpan<int> slots, ReadOnlySpan<int> prompts)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            promptOfSlot[slots[i]] = prompts[i];
            lengthOfSlot[slots[i]] = 0;
            Count = Math.Max(Count, slots[i] + 1);
        }

        Joined(slots, prompts);
    }

    /// <summary>Rows move to free slots, and only the first slots stay in use.</summary>
    public void Keep(int count, ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        int longest = 0;
        for (int i = 0; i < from.Length; i++)
        {
            promptOfSlot[to[i]] = promptOfSlot[from[i]];
            lengthOfSlot[to[i]] = lengthOfSlot[from[i]];
            longest = Math.Max(longest, lengthOfSlot[to[i]]);
        }

        Count = count;
        if (from.Length > 0)
        {
            Moved(from, to, longest);
        }
    }

    /// <summary>Who is in the slots is settled until the next change.</summary>
    /// <param name="nextPrompt">Rows of this prompt and later ones may still join, of earlier ones not.</param>
    public abstract void Settle(int nextPrompt);

    /// <summary>Makes place for one token of every row.</summary>
    public void Advance()
    {
        Longest = 0;
        IsEven = true;
        for (int slot = 0; slot < Count; slot++)
        {
            IsEven &= lengthOfSlot[slot] == lengthOfSlot[0];
            Longest = Math.Max(Longest, ++lengthOfSlot[slot]);
        }

        Advanced();
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private protected abstract void Joined(ReadOnlySpan<int> slots, ReadOnlySpan<int> prompts);

    private protected abstract void Moved(ReadOnlySpan<int> from, ReadOnlySpan<int> to, int places);

    private protected abstract void Advanced();

    private protected abstract void Dispose(bool disposing);

    /// <summary>Hides the places after each row's own. -> [N, 1, 1, L], or null where all rows are equally long.</summary>
    private protected Tensor? Unwritten(ScalarType type, Device device)
    {
        if (IsEven)
        {
            return null;
        }

        float[] hidden = new float[Count * Longest];
        for (int slot = 0; slot < Count; slot++)
        {
            hidden.AsSpan(slot * Longest, Longest)[lengthOfSlot[slot]..].Fill(Masks.Hiding(type));
        }

        return tensor(hidden, [Count, 1, 1, Longest], device: device).to(type);
    }

    private protected static Tensor Indices(ReadOnlySpan<int> values, Device device)
    {
        long[] wide = new long[values.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return tensor(wide, device: device);
    }
}

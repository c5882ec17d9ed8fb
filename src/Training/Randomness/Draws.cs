using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ViSurf.Training.Randomness;

/// <summary>A stream of draws that depends on nothing but its key: SplitMix64 (Steele, Lea and Flood 2014).</summary>
/// <remarks>
/// Every use makes its own stream from (seed, purpose, indices), so no generator's state is ever saved:
/// a resumed run draws what the run that was never stopped would have drawn.
/// </remarks>
public struct Draws
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private ulong state;

    /// <summary>The stream of one purpose at one place.</summary>
    public Draws(long seed, string purpose, params ReadOnlySpan<long> indices)
    {
        state = Mix((ulong)seed) ^ Hash(purpose);
        foreach (long index in indices)
        {
            state = Mix(state + Step) ^ (ulong)index;
        }

        state = Mix(state + Step);
    }

    /// <summary>64 random bits.</summary>
    public ulong Bits() => Mix(state += Step);

    /// <summary>A whole number from 0 to below the bound.</summary>
    public int Below(int bound) => (int)(((UInt128)Bits() * (ulong)bound) >> 64);

    /// <summary>A whole number from min to max, both included.</summary>
    public int From(int min, int max) => min + Below(max - min + 1);

    /// <summary>A number in [0, 1).</summary>
    public double Unit() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>A draw from the standard normal distribution (Box-Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    /// <summary>One element.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>The numbers 0 to count - 1 in random order.</summary>
    public int[] Order(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static ulong Hash(string purpose)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(purpose), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}

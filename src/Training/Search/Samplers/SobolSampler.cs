using System.Numerics;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Search;

/// <summary>A Sobol sequence, scrambled by the seed: of 2^k proposals each slice of 2^-k of an axis holds one.</summary>
/// <remarks>
/// Sobol, I. (1967); directions of Joe and Kuo (2008). Scrambled after Owen, A. (1995), Randomly permuted (t,m,s)-nets, with the hash
/// of Laine and Karras in place of stored permutations: Burley, B. (2020), Practical hash-based Owen scrambling.
/// </remarks>
public sealed class SobolSampler : PointSampler
{
    private const double Unit = 1.0 / (1UL << SobolDirections.Bits);

    public override double[]? Propose(SearchTerms terms, long number, IReadOnlyList<SearchTrial> trials)
    {
        double[] units = new double[terms.Space.Axes.Count];
        for (int axis = 0; axis < units.Length; axis++)
        {
            uint key = (uint)new Draws(terms.Spec.Seed, "search/sobol", axis).Bits();
            units[axis] = Scrambled(Bits(number, axis), key) * Unit;
        }

        return units;
    }

    /// <summary>A coordinate of a point before it is scrambled; point 0 is the origin.</summary>
    internal static double Plain(long number, int axis) => Bits(number, axis) * Unit;

    // The directions of the bits of the number's Gray code.
    private static uint Bits(long number, int axis)
    {
        IReadOnlyList<uint> directions = SobolDirections.Of(axis);
        uint gray = (uint)number ^ ((uint)number >> 1);
        uint bits = 0;
        for (int k = 0; gray != 0; k++, gray >>= 1)
        {
            bits ^= (gray & 1) * directions[k];
        }

        return bits;
    }

    // Each bit is flipped by a hash of those above it.
    private static uint Scrambled(uint bits, uint key)
    {
        uint x = Reversed(bits);
        x += key;
        x ^= x * 0x6c50b47c;
        x ^= x * 0xb82f1e52;
        x ^= x * 0xc7afe638;
        x ^= x * 0x8d22f6e6;
        return Reversed(x);
    }

    private static uint Reversed(uint x)
    {
        x = ((x >> 1) & 0x55555555) | ((x & 0x55555555) << 1);
        x = ((x >> 2) & 0x33333333) | ((x & 0x33333333) << 2);
        x = ((x >> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
        x = ((x >> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
        return BitOperations.RotateLeft(x, 16);
    }
}

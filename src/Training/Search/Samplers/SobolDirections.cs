namespace ViSurf.Training.Search;

/// <summary>Direction numbers of the Sobol sequence in up to 21 dimensions.</summary>
/// <remarks>
/// Joe, S. and Kuo, F. (2008), Constructing Sobol sequences with better two-dimensional projections: the first lines of
/// new-joe-kuo-6.21201. Of a primitive polynomial of degree s with coefficients a, from m_1 to m_s:
/// m_k = 2 a_1 m_(k-1) xor 2^2 a_2 m_(k-2) xor ... xor 2^s m_(k-s) xor m_(k-s), and v_k = m_k / 2^k.
/// </remarks>
internal static class SobolDirections
{
    public const int Bits = 32;

    private static readonly (int S, uint A, uint[] M)[] Lines =
    [
        (1, 0, [1]),
        (2, 1, [1, 3]),
        (3, 1, [1, 3, 1]),
        (3, 2, [1, 1, 1]),
        (4, 1, [1, 1, 3, 3]),
        (4, 4, [1, 3, 5, 13]),
        (5, 2, [1, 1, 5, 5, 17]),
        (5, 4, [1, 1, 5, 5, 5]),
        (5, 7, [1, 1, 7, 11, 19]),
        (5, 11, [1, 1, 5, 1, 1]),
        (5, 13, [1, 1, 1, 3, 11]),
        (5, 14, [1, 3, 5, 5, 31]),
        (6, 1, [1, 3, 3, 9, 7, 49]),
        (6, 13, [1, 1, 1, 15, 21, 21]),
        (6, 16, [1, 3, 1, 13, 27, 49]),
        (6, 19, [1, 1, 1, 15, 7, 5]),
        (6, 22, [1, 3, 1, 15, 13, 25]),
        (6, 25, [1, 1, 5, 5, 19, 61]),
        (7, 1, [1, 3, 7, 11, 23, 15, 103]),
        (7, 4, [1, 3, 7, 13, 13, 15, 69]),
    ];

    private static readonly uint[][] All = [.. Enumerable.Range(0, Lines.Length + 1).Select(Make)];

    /// <summary>v_1 to v_32 of a dimension, as 32-bit fractions.</summary>
    public static IReadOnlyList<uint> Of(int dimension) => All[dimension];

    private static uint[] Make(int dimension)
    {
        uint[] v = new uint[Bits];
        if (dimension == 0)
        {
            return [.. v.Select((_, k) => 1u << (Bits - 1 - k))];
        }

        (int s, uint a, uint[] m) = Lines[dimension - 1];
        for (int k = 0; k < Bits; k++)
        {
            if (k < s)
            {
                v[k] = m[k] << (Bits - 1 - k);
                continue;
            }

            v[k] = v[k - s] ^ (v[k - s] >> s);
            for (int i = 1; i < s; i++)
            {
                v[k] ^= ((a >> (s - 1 - i)) & 1) * v[k - i];
            }
        }

        return v;
    }
}

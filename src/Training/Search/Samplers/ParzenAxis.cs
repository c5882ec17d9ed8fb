using MathNet.Numerics.Distributions;
using ViSurf.Sdk;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Search;

/// <summary>How dense points lie along one axis, estimated from some of them.</summary>
/// <remarks>
/// Bergstra, J. et al. (2011), Algorithms for hyper-parameter optimization, sec. 4. Over numbers it is a mixture, in equal parts, of the
/// uniform density and of a normal one around each point, cut to the unit interval; its deviation is the larger distance to a
/// neighbour (the ends are neighbours too), at least 1 / min(100, n + 1). Over names it is (count + 1 / K) / (n + 1).
/// </remarks>
internal sealed class ParzenAxis
{
    private const double NarrowestCount = 100;

    private readonly double[] centres;
    private readonly double[] widths;
    private readonly double[]? shares; // of names

    /// <param name="units">Where the points lie.</param>
    public ParzenAxis(SearchAxis axis, IReadOnlyList<double> units)
    {
        centres = [.. units.Order()];
        widths = [.. centres.Select((centre, i) => Math.Clamp(
            Math.Max(centre - (i == 0 ? 0 : centres[i - 1]), (i == centres.Length - 1 ? 1 : centres[i + 1]) - centre),
            1 / Math.Min(NarrowestCount, centres.Length + 1), 1))];
        if (axis is { Kind: SearchAxisKind.Named, Count: { } count })
        {
            shares = [.. Enumerable.Range(0, count).Select(name =>
                (units.Count(unit => NameAt(unit, count) == name) + (1.0 / count)) / (units.Count + 1))];
        }
    }

    /// <summary>The density at a place.</summary>
    public double At(double unit) => shares is not null
        ? shares[NameAt(unit, shares.Length)]
        : (1 + centres.Zip(widths, (centre, width) =>
            Normal.PDF(centre, width, unit) / (Normal.CDF(centre, width, 1) - Normal.CDF(centre, width, 0))).Sum()) / (centres.Length + 1);

    /// <summary>A place drawn by the density.</summary>
    public double Draw(ref Draws draws)
    {
        if (shares is not null)
        {
            double left = draws.Unit();
            int name = 0;
            for (; name < shares.Length - 1 && left >= shares[name]; name++)
            {
                left -= shares[name];
            }

            return (name + 0.5) / shares.Length;
        }

        int part = draws.Below(centres.Length + 1);
        if (part == centres.Length)
        {
            return draws.Unit();
        }

        double low = Normal.CDF(centres[part], widths[part], 0);
        double high = Normal.CDF(centres[part], widths[part], 1);
        return Math.Clamp(Normal.InvCDF(centres[part], widths[part], low + ((high - low) * draws.Unit())), 0, 1);
    }

    private static int NameAt(double unit, int count) => Math.Min((int)(unit * count), count - 1);
}

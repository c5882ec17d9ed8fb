using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;
using ViSurf.Training.Randomness;

namespace ViSurf.Bench.Coverage;

/// <summary>Two rows' right and wrong answers to the same items, drawn so that the true difference is known.</summary>
/// <remarks>
/// With seed s, item i of concept k: the first is right with chance c(1/2 + u_i + (e_s + v_k) / 2), the second with
/// c(1/2 + u_i - (e_s + v_k) / 2); c cuts to 0..1. e_s, of the stated deviation, is what the seed does to the difference; v_k what the
/// concept does to it; u_i how easy the item is for both. Over all seeds, concepts and items the difference is 0.
/// </remarks>
internal sealed class SimulatedRows
{
    public const int Concepts = 32;
    public const int Items = 256;
    public const double OfConcept = 0.15; // deviation of v
    private const double OfItem = 0.15;   // deviation of u
    private const int Order = 64;

    private readonly double[] ease;
    private readonly double[] shift;
    private readonly double[] seeds;
    private readonly double deviation;

    public SimulatedRows(int seedCount, double deviation, int simulation)
    {
        this.deviation = deviation;
        Draws draws = new(1, "coverage", seedCount, (long)(deviation * 1000), simulation);
        ease = [.. Many(Items, ref draws, OfItem)];
        shift = [.. Many(Concepts, ref draws, OfConcept)];
        seeds = [.. Many(seedCount, ref draws, deviation)];
        Differences = new double[seedCount][];
        for (int seed = 0; seed < seedCount; seed++)
        {
            Differences[seed] = new double[Items];
            for (int item = 0; item < Items; item++)
            {
                (double first, double second) = Chances(item, seeds[seed]);
                Differences[seed][item] = (draws.Chance(first) ? 1 : 0) - (draws.Chance(second) ? 1 : 0);
            }
        }
    }

    /// <summary>The concept of each item.</summary>
    public static string[] ConceptOf { get; } = [.. Enumerable.Range(0, Items).Select(item => $"{item % Concepts}")];

    /// <summary>By seed, by item: -1, 0 or 1.</summary>
    public double[][] Differences { get; }

    /// <summary>The true difference of these models on all items and concepts.</summary>
    public double OfTheseModels() => seeds.Average(seed => 2 * Mean(seed / 2, Math.Sqrt((OfItem * OfItem) + (OfConcept * OfConcept / 4))))
        - 1;

    /// <summary>The true difference on these items, over all seeds.</summary>
    public double OfTheseItems() => Enumerable.Range(0, Items).Average(item =>
        Mean(ease[item] + (shift[item % Concepts] / 2), deviation / 2) - Mean(ease[item] - (shift[item % Concepts] / 2), deviation / 2));

    private (double First, double Second) Chances(int item, double seed)
    {
        double half = (seed + shift[item % Concepts]) / 2;
        return (Cut(0.5 + ease[item] + half), Cut(0.5 + ease[item] - half));
    }

    // The mean of c(1/2 + x), x normal; the tails beyond eight deviations are left out.
    private static double Mean(double mean, double deviation) => GaussLegendreRule.Integrate(
        x => Cut(0.5 + x) * Normal.PDF(mean, deviation, x), mean - (8 * deviation), mean + (8 * deviation), Order);

    private static double Cut(double chance) => Math.Clamp(chance, 0, 1);

    private static double[] Many(int count, ref Draws draws, double deviation)
    {
        double[] all = new double[count];
        for (int i = 0; i < count; i++)
        {
            all[i] = deviation * draws.Normal();
        }

        return all;
    }
}

using BenchmarkDotNet.Attributes;
using ViSurf.Training.Randomness;
using ViSurf.Training.Rewards;

namespace ViSurf.Bench;

/// <summary>Matching of predicted and true objects.</summary>
public class AssignmentBench
{
    private double[,] cost = new double[0, 0];

    [Params(6, 30, 120)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        Draws draws = new(1, "assignment", Size);
        cost = new double[Size, Size];
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size; column++)
            {
                cost[row, column] = draws.Unit();
            }
        }
    }

    [Benchmark]
    public int[] Solve() => Assignment.Solve(cost);
}

using ViSurf.Training.Randomness;

namespace ViSurf.Training.Data;

/// <summary>Which example is the n-th prompt of a stage: a fresh random order for each walk through the examples.</summary>
/// <remarks>It depends on the seed alone, so all methods of one seed see the same labels in the same order.</remarks>
public sealed class PromptOrder(long seed, int examples)
{
    private (int Walk, int[] Order) current = (-1, []);

    /// <summary>The index of the example.</summary>
    public int At(int prompt)
    {
        int walk = prompt / examples;
        if (current.Walk != walk)
        {
            current = (walk, new Draws(seed, "order", walk).Order(examples));
        }

        return current.Order[prompt % examples];
    }
}

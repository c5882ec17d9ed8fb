using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Model;

namespace ViSurf.Training.Policies;

/// <summary>An example as one model sees it: token ids, pixel rows, and the truth in the model's own frame.</summary>
public sealed record Prompt(Example Example, int[] Ids, float[] PixelRows, PatchGrid Grid, Truth Truth);

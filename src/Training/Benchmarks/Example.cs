using ViSurf.Training.Pictures;

namespace ViSurf.Training.Benchmarks;

/// <summary>One prompt with its label: a row in the columns of the published ViSurf set, and what the drawing of it knew.</summary>
/// <param name="Problem">What is asked, without the instruction around it: "cat".</param>
/// <param name="Solution">The right answer: JSON text of a list of objects, or a plain text.</param>
/// <param name="Cell">The stratum of the benchmark, where it is known.</param>
/// <param name="Thought">What a thinking base model would say before the answer; only pretraining shows it.</param>
public sealed record Example(string Id, string Problem, string Solution, Picture Picture, string? Cell = null, string? Thought = null);

using System.Security.Cryptography;
using System.Text.Json;
using ViSurf.Sdk;

namespace ViSurf.Training.Trainer;

/// <summary>A hash of everything that determines a stage's result: two experiments with one key share the stage.</summary>
public static class StageKey
{
    /// <summary>Raised by hand in a change after which the same stage trains to other weights.</summary>
    public const int TrainingVersion = 1;

    /// <param name="start">The identity of the model folder, or the key of the stage before.</param>
    /// <param name="examples">The identity of the examples.</param>
    public static string Of(string start, string examples, StageSettings stage)
    {
        object all = new
        {
            TrainingVersion,
            start,
            examples,
            method = stage.Spec,
            train = (object)stage.Train,
            benchmark = stage.Benchmark.BenchmarkName,
            stage.Prompt,
            frame = stage.Frame?.ToString(),
            stage.Seed,
        };
        return Hash(stage.Model is null ? all : new { all, model = stage.Model });
    }

    /// <summary>The key of the first steps of a stage.</summary>
    public static string Until(string key, int step) => Hash(new { key, until = step });

    /// <summary>The key of the steps of a stage after those of an earlier part of it.</summary>
    /// <param name="before">The key of that part.</param>
    public static string After(string key, string before, int until) => Hash(new { key, before, until });

    /// <summary>64 bits of the SHA-256 of a record's JSON.</summary>
    internal static string Hash(object all) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(all, SpecJson.Options)))[..16];
}

using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training;
using ViSurf.Training.Reports;

namespace ViSurf.Grains;

/// <summary>Keeps hypotheses what they were when nothing was known yet.</summary>
public static class Preregistering
{
    private const int Named = 3;

    /// <summary>The version of this program, its commit included where it was built from one.</summary>
    public static string Code { get; } =
        typeof(Preregistering).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The stages that score a sweep's items, as they are called where they are shared.</summary>
    public static string[] Scorings(IReadOnlyList<ExperimentOrder> orders) =>
        [.. orders.Select(order => StagePlanner.SharedKey(order.Stages[^1].Key)).Distinct()];

    /// <summary>Takes a new sweep's hypotheses.</summary>
    /// <param name="scored">Of its scorings, those whose results are stored.</param>
    /// <exception cref="Fault">Conflict: some are, so that what is claimed may have been seen. SpecInvalid: a hypothesis is about what
    /// is not measured.</exception>
    public static PreregistrationView Take(
        SweepSpec spec, IReadOnlyList<ExperimentOrder> orders, IReadOnlyList<string> scored, DateTimeOffset now)
    {
        Preregistered.DemandMeasures(
            spec.Preregistration!, Catalogs.Benchmarks.Make(orders[0].Spec.Data.Benchmark, "data.benchmark"));
        Fault.Unless(scored.Count == 0, FaultCode.Conflict, "preregistration",
            $"comes too late: {scored.Count} of the sweep's evaluations are stored ({string.Join(", ", scored.Take(Named))}); "
                + "allowed: other test items, by another evaluate.seed");
        byte[] all = JsonSerializer.SerializeToUtf8Bytes(
            new { spec.Preregistration, experiments = orders.Select(order => order.Spec.Id).Order(StringComparer.Ordinal) },
            SpecJson.Options);
        return new(Convert.ToHexStringLower(SHA256.HashData(all)), Code, now);
    }

    /// <summary>What a sweep that is there holds, whoever submits it again.</summary>
    /// <param name="added">How many experiments the submission would add.</param>
    /// <exception cref="Fault">Conflict: hypotheses that differ, or come afterwards; or experiments that nothing was said of.</exception>
    public static PreregistrationSpec? Keep(string id, PreregistrationSpec? held, PreregistrationSpec? said, int added)
    {
        Fault.Unless(said is null || (held is not null && Json(held) == Json(said)), FaultCode.Conflict, id, held is null
            ? "is there already, and was submitted without hypotheses; allowed: another key, before its test items are scored"
            : "was preregistered with other hypotheses, which stay; allowed: another key");
        Fault.Unless(held is null || added == 0, FaultCode.Conflict, id,
            $"was preregistered, and takes none of {added} more experiments; "
                + "allowed: another key, with hypotheses and test items of its own");
        return held;
    }

    private static string Json(PreregistrationSpec spec) => JsonSerializer.Serialize(spec, SpecJson.Options);
}

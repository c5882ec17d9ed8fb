using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using ViSurf.Api.Http;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Trainer;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/experiments: list, show, steps, cancel.</summary>
internal static class ExperimentEndpoints
{
    private static readonly string Phases = string.Join(", ", Enum.GetNames<Phase>().Select(JsonNamingPolicy.CamelCase.ConvertName));

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/experiments", (
            HttpRequest request, string? phase, [AsParameters] Part part, IReadModel reads, CancellationToken stop) =>
                ListAsync(request, null, PhaseOf(phase), part, reads))
            .WithSummary("Lists experiments of all sweeps.").Produces<Page<ExperimentView>>();
        v1.MapGet("/sweeps/{id}/experiments", OfSweepAsync)
            .WithSummary("Lists the experiments of a sweep, in its order.").Produces<Page<ExperimentView>>().NotFound();
        v1.MapGet("/experiments/{sweep}/{specId}", async (
                string sweep, string specId, Submissions submissions, CancellationToken stop) =>
                Tagged.Json(await submissions.ShowExperimentAsync($"{sweep}/{specId}", stop)))
            .WithSummary("Shows an experiment as it stands, and what it waits for.").ProducesTagged<ExperimentView>();
        v1.MapGet("/experiments/{sweep}/{specId}/steps", StepsAsync)
            .WithSummary("Lists the steps of a stage; where no stage is named, of the training stage it is at, or the last.")
            .Produces<Page<StepView>>().NotFound();
        v1.MapPost("/experiments/{sweep}/{specId}/cancel",
                async (HttpRequest request, string sweep, string specId, Submissions submissions, CancellationToken stop) => Tagged.Json(
                    await submissions.CancelExperimentAsync($"{sweep}/{specId}", await ReasonBody.ReadAsync(request, stop), stop)))
            .WithSummary("Asks for the end of an experiment; if it runs, it stops at its next step.")
            .Accepts<CancelRequest>(isOptional: true, SpecBody.Json).Produces<ExperimentView>().NotFound();
    }

    private static async Task<IResult> OfSweepAsync(
        HttpRequest request, string id, string? phase, [AsParameters] Part part, IReadModel reads, CancellationToken stop)
    {
        await Find.SweepAsync(reads, id, stop);
        return await ListAsync(request, id, PhaseOf(phase), part, reads);
    }

    private static Task<IResult> ListAsync(HttpRequest request, string? sweep, Phase? phase, Part part, IReadModel reads) =>
        part.PageAsync(request, max => reads.ExperimentsAsync(sweep, phase, part.After, max, request.HttpContext.RequestAborted),
            experiment => experiment.Id);

    private static async Task<IResult> StepsAsync(
        HttpRequest request, [AsParameters] StepsOf of, [AsParameters] Part part, IReadModel reads, CancellationToken stop)
    {
        ExperimentView experiment = await Find.ExperimentAsync(reads, $"{of.Sweep}/{of.SpecId}", stop);
        int last = experiment.Stages.Count - 1;
        int index = of.Stage ?? Math.Clamp(experiment.StageIndex, 0, Math.Max(0, last - 1));
        Fault.Unless(index >= 0 && index <= last, FaultCode.SpecInvalid, "stage", $"is {index}; allowed: 0 to {last}");
        StagePlan stage = experiment.Stages[index];
        int after = 0;
        Fault.Unless(part.After is null || (int.TryParse(part.After, out after) && after >= 0), FaultCode.SpecInvalid, "after",
            $"is '{part.After}'; allowed: a step, 0 and above");
        return await part.PageAsync(request, async max => (IReadOnlyList<StepView>)
            [.. (await reads.StepsAsync(stage.Key, after, max, stop)).Select(row => View(stage, row))], step => $"{step.Step}");
    }

    private static StepView View(StagePlan stage, StepRow row) =>
        new(stage.Name, row.Step, JsonSerializer.Deserialize<StepRecord>(row.Json, SpecJson.Options)!.Metrics);

    private static Phase? PhaseOf(string? word)
    {
        Phase? phase = Enum.GetValues<Phase>().Select(one => (Phase?)one)
            .FirstOrDefault(one => JsonNamingPolicy.CamelCase.ConvertName($"{one}") == word);
        Fault.Unless(word is null || phase is not null, FaultCode.SpecInvalid, "phase", $"is '{word}'; allowed: {Phases}");
        return phase;
    }

    private sealed record StepsOf(string Sweep, string SpecId, [FromQuery(Name = "stage")] int? Stage);
}

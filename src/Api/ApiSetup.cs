using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ViSurf.Api.Endpoints;
using ViSurf.Api.Http;
using ViSurf.Api.Reports;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;

namespace ViSurf.Api;

/// <summary>Puts the API together: what it needs, and its routes.</summary>
internal static class ApiSetup
{
    public static void AddApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new Lazy<Atlas>(() => new(Assets.Objects)));
        services.AddSingleton<ReportWriter>();
        services.AddSingleton<Submissions>();
        services.AddExceptionHandler<FaultHandler>();
        services.AddRouting();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = SpecBody.BytesHeard;
        });
        services.ConfigureHttpJsonOptions(options => SpeakAsSpecs(options.SerializerOptions));
        services.AddOpenApi("v1", OpenApiPage.Describe);
    }

    public static void MapApi(this WebApplication app)
    {
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(FaultHandler.WriteStatusAsync);
        RouteGroupBuilder v1 = app.MapGroup("/v1").Problem(400).Problem(503);
        SweepEndpoints.Map(v1.MapGroup("").WithTags("sweeps"));
        SearchEndpoints.Map(v1.MapGroup("").WithTags("sweeps"));
        PlanEndpoints.Map(v1.MapGroup("").WithTags("plans"));
        ExperimentEndpoints.Map(v1.MapGroup("").WithTags("experiments"));
        StageEndpoints.Map(v1.MapGroup("").WithTags("stages"));
        SlotEndpoints.Map(v1.MapGroup("").WithTags("slots"));
        ResultEndpoints.Map(v1.MapGroup("").WithTags("results"));
        PlotEndpoints.Map(v1.MapGroup("").WithTags("results"));
        EventEndpoints.Map(v1.MapGroup("").WithTags("events"));
        StorageEndpoints.Map(v1.MapGroup("").WithTags("storage"));
        HealthEndpoints.Map(app);
        app.MapOpenApi("/openapi/{documentName}.json");
    }

    // The framework's own object cannot be exchanged: the OpenAPI document is made from it.
    private static void SpeakAsSpecs(JsonSerializerOptions options)
    {
        options.PropertyNameCaseInsensitive = SpecJson.Options.PropertyNameCaseInsensitive;
        options.UnmappedMemberHandling = SpecJson.Options.UnmappedMemberHandling;
        options.NumberHandling = SpecJson.Options.NumberHandling;
        options.Encoder = SpecJson.Options.Encoder;
        foreach (JsonConverter converter in SpecJson.Options.Converters)
        {
            options.Converters.Add(converter);
        }
    }
}

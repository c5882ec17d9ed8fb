using Microsoft.AspNetCore.OpenApi;

namespace ViSurf.Api;

/// <summary>What the OpenAPI document says beyond the endpoints: the same bytes wherever it is made.</summary>
internal static class OpenApiPage
{
    public static void Describe(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new()
        {
            Title = "ViSurf.Orleans",
            Version = "v1",
            Description = "Submits sweeps of post-training experiments, follows them and reads what came out. "
                + "Specs may be sent as JSON or YAML. Every error is a problem document with a stable code.",
        };
        document.Servers = [];
        return Task.CompletedTask;
    });
}

using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Chaos.Run;

/// <summary>A sweep whose one experiment trains an sft stage for as long as a mishap needs.</summary>
internal static class OneTraining
{
    private const int PromptsPerStep = 8;

    /// <summary>The sweep; it writes a checkpoint every 8 steps.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seed">Of this sweep alone: another's stage would be taken for its own.</param>
    /// <param name="steps">Steps of its stage.</param>
    public static SweepSpec Spec(string name, int seed, int steps) => new()
    {
        Name = name,
        Seeds = [seed],
        Base = JsonNode.Parse($$"""
            {
              "model": { "path": "models/tiny-base" },
              "data": { "benchmark": "mini-mix", "labels": 512 },
              "sft": { "prompts": {{steps * PromptsPerStep}}, "promptsPerStep": {{PromptsPerStep}}, "checkpointEvery": 8 },
              "evaluate": { "items": 2, "devItems": 1 }
            }
            """)!,
        Rows = [new() { Method = "sft" }],
    };
}

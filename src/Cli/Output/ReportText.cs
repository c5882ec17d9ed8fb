using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Reports;

namespace ViSurf.Cli.Output;

/// <summary>Prints a report that came as JSON: the table with the headline, and what a reader must know.</summary>
internal static class ReportText
{
    public static void Print(string report)
    {
        JsonNode node = JsonNode.Parse(report)!;
        ConsoleTable.Write(node["tables"]?[0].Deserialize<ReportTable>(SpecJson.Options)
            ?? throw new Fault(FaultCode.FileDamaged, "the report", "has no table"));
        foreach (JsonNode? note in node["notes"] as JsonArray ?? [])
        {
            Console.Out.WriteLine($"- {note}");
        }
    }
}

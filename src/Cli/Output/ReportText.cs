using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Reports;

namespace ViSurf.Cli.Output;

/// <summary>Prints a report that came as JSON: the table with the headline or all of them, and what a reader must know.</summary>
internal static class ReportText
{
    public static void Print(string report, bool all = false)
    {
        JsonNode node = JsonNode.Parse(report)!;
        ReportTable[] tables = node["tables"].Deserialize<ReportTable[]>(SpecJson.Options) ?? [];
        Fault.Unless(tables.Length > 0, FaultCode.FileDamaged, "the report", "has no table");
        foreach (ReportTable table in all ? tables : tables[..1])
        {
            ConsoleTable.Write(table);
        }

        foreach (JsonNode? note in node["notes"] as JsonArray ?? [])
        {
            Console.Out.WriteLine($"- {note}");
        }
    }
}

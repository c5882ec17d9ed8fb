using System.Text.RegularExpressions;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Specs;

/// <summary>The sweeps of docs/sweeps.md come to as many rows as the page says.</summary>
public partial class SweepPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.File("docs", "sweeps.md"));

    [Fact]
    public void Every_example_comes_to_the_rows_that_stand_above_it()
    {
        (int Rows, string Text)[] examples =
            [.. Block().Matches(Page).Select(match => (int.Parse(match.Groups[1].Value), match.Groups[2].Value))];
        Assert.True(examples.Length >= 8);
        string @base = examples[0].Text[..examples[0].Text.IndexOf("axes:", StringComparison.Ordinal)];
        foreach ((int rows, string text) in examples)
        {
            string whole = text.StartsWith("name:", StringComparison.Ordinal) ? text : @base + text;
            Assert.Equal(rows, SpecText.Read<SweepSpec>(whole, "docs/sweeps.md").Expand().Select(cell => cell.Row).Distinct().Count());
        }
    }

    [Fact]
    public void Every_block_of_the_page_is_an_example() =>
        Assert.Equal(Page.Split("```yaml").Length - 1, Block().Count(Page));

    [GeneratedRegex(@"(?ms)^```yaml\n# (\d+) rows\n(.*?)^```")]
    private static partial Regex Block();
}

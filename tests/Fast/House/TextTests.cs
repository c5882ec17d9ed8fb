using System.Text.RegularExpressions;

namespace ViSurf.Tests.Fast.House;

/// <summary>What no source says. What is an API is banned by the compiler: eng/BannedSymbols.txt.</summary>
public class TextTests
{
    [Theory]
    [InlineData("src", @"catch\s*(\([^)]*\))?\s*(when\s*\([^{]*\))?\s*\{\s*\}", "an error is swallowed")]
    [InlineData("src", @"\b(torch\.)?(rand|randn|randint|randperm|bernoulli|multinomial|dropout)\(", "draws come from Draws")]
    [InlineData("src", @"\bCultureInfo\.GetCultureInfo|new CultureInfo\(", "numbers are written the same everywhere")]
    [InlineData("src", @"\b(TODO|FIXME|HACK|XXX)\b", "nothing is left for later")]
    [InlineData("tests", @"\b(TODO|FIXME|HACK|XXX)\b(?!\|)", "nothing is left for later")]
    [InlineData("tests", @"Thread\.Sleep|Task\.Delay\(", "a test waits for an event, not for a while")]
    [InlineData("tests", @"Skip\s*=\s*""", "a test that cannot run fails")]
    [InlineData("src/Sdk", @"Console\.", "a library prints nothing")]
    [InlineData("src/Training", @"Console\.", "a library prints nothing")]
    [InlineData("src/Sdk", @"\{\s*get;\s*set;\s*\}", "what crosses a process is immutable")]
    public void No_source_says(string folder, string pattern, string rule) => Assert.Empty(
        from path in SourceTree.Code(folder)
        where !path.EndsWith("/TextTests.cs", StringComparison.Ordinal)
        from Match match in Regex.Matches(SourceTree.Read(path), pattern)
        select $"{path}: {rule}: {match.Value}");

    // Where any error ends: it is logged, and the slot, its reports, the queue go on.
    [Fact]
    public void Four_places_catch_everything() => Assert.Equal(
        [
            "src/Grains/Devices/AttemptRunner.cs", "src/Grains/Devices/SlotHeartbeat.cs", "src/Grains/Hint.cs",
            "src/Grains/Scheduling/SchedulerGrain.cs",
        ],
        from path in SourceTree.Code("src")
        where Regex.IsMatch(SourceTree.Read(path), @"catch\s*(\(Exception[^)]*\))?\s*\{")
        select path);

    [Fact]
    public void Sources_are_ascii() => Assert.Empty(
        from path in SourceTree.Code("src", "bench", "chaos", "eng")
        where SourceTree.Read(path).Any(letter => letter > 127)
        select path);

    [Fact]
    public void Every_program_reads_and_writes_numbers_the_same_everywhere() => Assert.Empty(
        from path in SourceTree.Code("src")
        where path.EndsWith("/Program.cs", StringComparison.Ordinal)
            && !SourceTree.Read(path).Contains("DefaultThreadCurrentCulture = CultureInfo.InvariantCulture", StringComparison.Ordinal)
        select path);
}

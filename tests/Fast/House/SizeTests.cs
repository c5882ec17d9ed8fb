using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ViSurf.Tests.Fast.House;

public class SizeTests
{
    private const int LongestLine = 140;
    private const int LongestMethod = 70;
    private const int MostParameters = 6;

    [Theory]
    [InlineData("src", 300)]
    [InlineData("src/Training/Model", 400)]
    [InlineData("tests", 500)]
    [InlineData("bench", 300)]
    [InlineData("chaos", 300)]
    public void A_file_holds_one_idea(string folder, int lines) => Assert.Empty(
        from path in SourceTree.Code(folder)
        where folder == "src/Training/Model" || !SourceTree.IsIn(path, "src/Training/Model")
        where !IsGenerated(path)
        let length = SourceTree.Lines(path).Length
        where length > lines
        select $"{path}: {length} lines, at most {lines}");

    [Fact]
    public void Lines_fit_beside_each_other() => Assert.Empty(
        from path in SourceTree.Code("src", "tests", "bench", "chaos", "eng")
        from line in SourceTree.Lines(path).Index()
        where line.Item.Length > LongestLine && !line.Item.TrimStart().StartsWith("[InlineData(", StringComparison.Ordinal)
        select $"{path}:{line.Index + 1}");

    [Fact]
    public void A_method_is_read_at_a_glance() => Assert.Empty(
        from path in SourceTree.Code("src")
        where !IsGenerated(path)
        from method in Nodes<BaseMethodDeclarationSyntax>(path)
        let span = method.GetLocation().GetLineSpan()
        let length = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
        where length > LongestMethod
        select $"{path}:{span.StartLinePosition.Line + 1}: {length} lines, at most {LongestMethod}");

    // A record's parameters are its fields.
    [Fact]
    public void A_method_takes_few_parameters() => Assert.Empty(
        from path in SourceTree.Code("src")
        from list in Nodes<ParameterListSyntax>(path)
        where list.Parent is not RecordDeclarationSyntax && list.Parameters.Count > MostParameters
        select $"{path}:{list.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {list.Parameters.Count}, at most {MostParameters}");

    // Written by 'dotnet ef migrations add'.
    private static bool IsGenerated(string path) => SourceTree.IsIn(path, "src/Storage/Migrations");

    private static IEnumerable<T> Nodes<T>(string path)
        where T : SyntaxNode => CSharpSyntaxTree.ParseText(SourceTree.Read(path)).GetRoot().DescendantNodes().OfType<T>();
}

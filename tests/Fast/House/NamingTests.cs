using System.Reflection;
using System.Text.RegularExpressions;
using ViSurf.Training;

namespace ViSurf.Tests.Fast.House;

public partial class NamingTests
{
    // ImageProcessor: the word of Hugging Face's preprocessor_config.json, which it reads.
    private static readonly string[] Exempt = ["ImageProcessor"];

    [Fact]
    public void A_type_s_name_says_what_it_is() => Assert.Empty(
        from path in SourceTree.Code("src")
        from Match match in Vague().Matches(SourceTree.Read(path))
        where !Exempt.Contains(match.Groups[1].Value)
        select $"{path}: {match.Groups[1].Value}");

    [Fact]
    public void What_carries_a_name_says_where_it_was_published() => Assert.Empty(
        NamedTypes().Where(type => string.IsNullOrWhiteSpace(type.GetCustomAttribute<NamedAttribute>()!.Source)).Select(type => type.Name));

    [Fact]
    public void What_carries_a_name_has_a_test()
    {
        string tests = string.Concat(SourceTree.Code("tests").Select(SourceTree.Read));
        Assert.Empty(
            from type in NamedTypes()
            let name = type.GetCustomAttribute<NamedAttribute>()!.Name
            where !tests.Contains($"\"{name}\"", StringComparison.Ordinal) && !tests.Contains(type.Name, StringComparison.Ordinal)
            select name);
    }

    [Fact]
    public void What_carries_a_name_stands_in_the_docs()
    {
        string pages = string.Concat(SourceTree.Pages().Select(SourceTree.Read));
        Assert.All(NamedTypes().Select(type => type.GetCustomAttribute<NamedAttribute>()!.Name),
            name => Assert.Contains(name, pages, StringComparison.Ordinal));
    }

    private static IEnumerable<Type> NamedTypes() =>
        typeof(NamedAttribute).Assembly.GetTypes().Where(type => type.GetCustomAttribute<NamedAttribute>() is not null);

    [GeneratedRegex(@"\b(?:class|record|struct|enum|interface)\s+(\w+"
        + @"(?:Manager|Helper|Service|Processor|Util|Utils|Impl|Dto|Base|Common))\b")]
    private static partial Regex Vague();
}

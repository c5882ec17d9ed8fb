using System.Text;
using CsCheck;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Text;

namespace ViSurf.Tests.Fast.Text;

public class TokenizerTests
{
    private static readonly Tokenizer Tokenizer = new(Path.Combine(Nano.Folder, "tokenizer.json"));

    [Fact]
    public void Names_tags_and_the_numbers_0_to_95_are_one_token_each()
    {
        string[] atoms =
        [
            .. Enumerable.Range(0, 96).Select(number => number.ToString()),
            .. new MiniConcepts(Nano.Atlas).All.Select(concept => concept.Name),
            "<think>", "</think>", "<answer>", "</answer>", "bbox_2d", "point_2d", "[]", "[{\"", "\": [", "], \"",
                "]}]", ", ", "\":[", "],\"", ",",
        ];
        Assert.All(atoms, atom => Assert.Single(Tokenizer.Encode(atom)));
        Assert.InRange(Tokenizer.Count, 256, 999);
    }

    [Fact]
    public void An_answer_with_a_thought_takes_27_tokens_and_the_styles_differ()
    {
        const string Spaced = "<answer>[{\"bbox_2d\": [17, 0, 43, 26], \"point_2d\": [30, 13]}]</answer>";
        int[] spaced = Tokenizer.Encode(Spaced);
        int[] compact = Tokenizer.Encode(Spaced.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(26, Tokenizer.Encode("<think>cat: 3, 1</think>" + Spaced).Length); // and the end of turn
        Assert.Equal(spaced.Length, compact.Length);
        Assert.NotEqual(spaced, compact);
    }

    [Fact]
    public void Any_text_encodes_and_decodes_to_itself() =>
        Gen.String.Where(text => text.IsNormalized(NormalizationForm.FormC) && !text.Any(char.IsSurrogate)).Sample(text =>
            Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text))));

    [Theory]
    [InlineData("e\u0301", "\u00e9")] // composed first
    [InlineData("a \ud83d\ude00 b", "a \ud83d\ude00 b")]
    [InlineData("  \t\n  ", "  \t\n  ")]
    [InlineData("", "")]
    public void Unusual_texts_round_trip(string text, string expected) => Assert.Equal(expected, Tokenizer.Decode(Tokenizer.Encode(text)));

    [Fact]
    public void Nobody_can_type_a_special_token()
    {
        foreach (string special in Tokenizer.Special.Keys)
        {
            int[] ids = Tokenizer.Encode($"find {special}");
            Assert.DoesNotContain(ids, id => Tokenizer.Special.Values.Contains(id));
            Assert.Equal($"find {special}", Tokenizer.Decode(ids));
        }
    }

    [Fact]
    public void Ids_without_text_are_never_drawn_except_those_that_end()
    {
        IReadOnlyList<int> banned = Tokenizer.Undrawable(528, [Tokenizer.Special["<|im_end|>"]]);
        Assert.Equal(528 - Tokenizer.Count + Tokenizer.Special.Count - 1, banned.Count);
        Assert.DoesNotContain(Tokenizer.Special["<|im_end|>"], banned);
        Assert.Contains(Tokenizer.Special["<|image_pad|>"], banned);
    }
}

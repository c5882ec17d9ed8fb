using System.Text;
using System.Text.RegularExpressions;

namespace ViSurf.Training.Text;

/// <summary>Learns byte-level BPE merges from texts: the most frequent neighbouring pair becomes a token, again and again.</summary>
/// <remarks>Sennrich, Haddow and Birch 2016, arXiv:1508.07909, algorithm 1. Ties go to the pair that sorts first.</remarks>
internal static class BpeTrainer
{
    /// <summary>Learns until no pair is left or there are that many merges.</summary>
    public static List<(string Left, string Right)> Learn(IEnumerable<string> texts, Regex split, int mergesMax)
    {
        Word[] words = [.. Count(texts, split)];
        List<(string, string)> merges = [];
        while (merges.Count < mergesMax && MostFrequent(words) is { } pair)
        {
            merges.Add(pair);
            foreach (Word word in words)
            {
                word.Merge(pair);
            }
        }

        return merges;
    }

    private static IEnumerable<Word> Count(IEnumerable<string> texts, Regex split)
    {
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (Match match in texts.SelectMany(text => split.Matches(text)))
        {
            string letters = ByteLetters.Of(Encoding.UTF8.GetBytes(match.Value));
            counts[letters] = counts.GetValueOrDefault(letters) + 1;
        }

        return counts.Select(pair => new Word([.. pair.Key.Select(letter => letter.ToString())], pair.Value));
    }

    private static (string, string)? MostFrequent(Word[] words)
    {
        Dictionary<(string, string), long> counts = [];
        foreach (Word word in words)
        {
            for (int i = 0; i + 1 < word.Parts.Count; i++)
            {
                (string, string) pair = (word.Parts[i], word.Parts[i + 1]);
                counts[pair] = counts.GetValueOrDefault(pair) + word.Count;
            }
        }

        return counts.Count == 0 ? null : counts
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key.Item1, StringComparer.Ordinal)
            .ThenBy(pair => pair.Key.Item2, StringComparer.Ordinal)
            .First().Key;
    }

    private sealed record Word(List<string> Parts, long Count)
    {
        public void Merge((string Left, string Right) pair)
        {
            for (int i = 0; i + 1 < Parts.Count; i++)
            {
                if (Parts[i] == pair.Left && Parts[i + 1] == pair.Right)
                {
                    Parts[i] += pair.Right;
                    Parts.RemoveAt(i + 1);
                }
            }
        }
    }
}

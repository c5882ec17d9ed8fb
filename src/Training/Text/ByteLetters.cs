namespace ViSurf.Training.Text;

/// <summary>The letters that stand for bytes in byte-level BPE: printable ones for themselves, the others from U+0100 on.</summary>
/// <remarks>The table of GPT-2's encoder, which Hugging Face's ByteLevel parts share.</remarks>
internal static class ByteLetters
{
    private static readonly char[] Letters = Make();

    private static readonly Dictionary<char, byte> Bytes =
        Letters.Index().ToDictionary(pair => pair.Item, pair => (byte)pair.Index);


    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            text[i] = Letters[bytes[i]];
        }

        return new(text);
    }

    /// <summary>The bytes of a token; null where it holds a letter that stands for none.</summary>
    public static byte[]? Back(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            if (!Bytes.TryGetValue(token[i], out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }

    private static char[] Make()
    {
        char[] letters = new char[256];
        char next = (char)256;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            letters[value] = printable ? (char)value : next++;
        }

        return letters;
    }
}

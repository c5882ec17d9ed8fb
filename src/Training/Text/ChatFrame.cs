using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ViSurf.Sdk;

namespace ViSurf.Training.Text;

/// <summary>What stands around a request: Qwen's turns, with the picture before the text.</summary>
/// <remarks>
/// A folder's chat template is a program. It is not run, but recognised: by all the texts that it writes, in their order, and all the
/// values that it fills in. Two are known, Qwen2.5-VL's published one and the same without a turn of the system where the conversation
/// has none; any other is refused rather than trained with the wrong words around each request.
/// </remarks>
/// <param name="DefaultSystem">What the system says where the conversation does not let it speak; null is no such turn.</param>
public sealed partial record ChatFrame(string? DefaultSystem)
{
    private const string SystemStart = "<|im_start|>system\n";
    private const string TurnEnd = "<|im_end|>\n";
    private const string Picture = "<|vision_start|><|image_pad|><|vision_end|>";

    /// <summary>No turn of the system.</summary>
    public static readonly ChatFrame Plain = new((string?)null);

    private static readonly string[] PublishedTexts =
    [
        "<|im_start|>", "\n", TurnEnd, "Picture ", ": ", Picture, "Video ", ": ", "<|vision_start|><|video_pad|><|vision_end|>", TurnEnd,
        "<|im_start|>assistant\n",
    ];

    private static readonly string[] PlainTexts = ["<|im_start|>", "\n", Picture, TurnEnd, "<|im_start|>assistant\n"];

    /// <summary>The frame of a model folder; one without a template has no turn of the system.</summary>
    /// <exception cref="Fault">SpecInvalid: the template is not known. FileDamaged: its file cannot be read.</exception>
    public static ChatFrame OfFolder(string folder)
    {
        string jinja = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(jinja))
        {
            return OfTemplate(File.ReadAllText(jinja), jinja);
        }

        foreach (string name in (string[])["chat_template.json", "tokenizer_config.json"])
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path) && TemplateOf(path) is { } template)
            {
                return OfTemplate(template, path);
            }
        }

        return Plain;
    }

    /// <summary>Recognises a template.</summary>
    /// <param name="source">Where it is from, for errors.</param>
    /// <exception cref="Fault">SpecInvalid: it is not known.</exception>
    public static ChatFrame OfTemplate(string template, string source)
    {
        string trimmed = AfterBlock().Replace(BeforeBlock().Replace(template, ""), "$1"); // as the reference sets Jinja up
        string[] texts = [.. Tag().Split(trimmed).Where(text => text.Length > 0)];
        bool hasSystem = texts.Length > 0 && texts[0].StartsWith(SystemStart, StringComparison.Ordinal)
            && texts[0].EndsWith(TurnEnd, StringComparison.Ordinal) && texts[0].Length > SystemStart.Length + TurnEnd.Length;
        string[] tags = [.. Tag().Matches(trimmed).Select(tag => Space().Replace(tag.Value, ""))];
        bool known = hasSystem
            ? texts.AsSpan(1).SequenceEqual(PublishedTexts) && tags.Contains("{%ifloop.firstandmessage['role']!='system'%}")
            : texts.AsSpan().SequenceEqual(PlainTexts) && !tags.Any(tag => tag.Contains("loop.", StringComparison.Ordinal));
        known &= tags.All(tag => IsKnownValue(tag) && IsPlain(tag)) && tags.Contains("{%ifadd_generation_prompt%}");
        Fault.Unless(known, FaultCode.SpecInvalid, source,
            "has a chat template that is not known; known: Qwen2.5-VL's, and the same without a turn of the system");
        return hasSystem ? new(texts[0][SystemStart.Length..^TurnEnd.Length]) : Plain;
    }

    /// <summary>The turn of the system, empty where there is none.</summary>
    /// <param name="system">What the conversation lets it say; null is the default.</param>
    public string SystemTurn(string? system = null) =>
        (system ?? DefaultSystem) is { } said ? SystemStart + said + TurnEnd : "";

    /// <summary>A conversation of one request about one picture, up to where the answer begins.</summary>
    public string Text(string request, string? system = null) =>
        $"{SystemTurn(system)}<|im_start|>user\n{Picture}{request}{TurnEnd}<|im_start|>assistant\n";

    private static string? TemplateOf(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path))!["chat_template"] switch
            {
                JsonArray several => several.FirstOrDefault(one => one!["name"]!.GetValue<string>() == "default")?["template"]!
                    .GetValue<string>(),
                JsonNode one => one.GetValue<string>(),
                null => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"has no chat template that can be read: {e.Message}", e);
        }
    }

    // What is filled in: the role, the text, and the number of a picture, which is written only where it is asked for.
    private static bool IsKnownValue(string tag) => !tag.StartsWith("{{", StringComparison.Ordinal) || Value().IsMatch(tag);

    // A dash in a tag takes away the blanks beside it.
    private static bool IsPlain(string tag) => tag[2] is not ('-' or '+') && tag[^3] is not ('-' or '+');

    [GeneratedRegex(@"\{[%{#].*?[%}#]\}", RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex(@"(%\})\n")]
    private static partial Regex AfterBlock();

    [GeneratedRegex(@"(?m)^[ \t]+(?=\{%)")]
    private static partial Regex BeforeBlock();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"^\{\{(message\['role'\]|message\['content'\]|(content|part)\['text'\]|(image|video)_count\.value)\}\}$")]
    private static partial Regex Value();
}

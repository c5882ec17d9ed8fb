using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Text;

namespace ViSurf.Training.Pretraining;

/// <summary>The files of the tiny Qwen2.5-VL beside its weights: configuration, tokenizer, image settings.</summary>
internal static class TinyPreset
{
    private const int VocabSize = 528;
    private const int TextsOfEach = 400;
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Qwen2-VL's template, with the picture before the text and no system turn.</summary>
    private const string ChatTemplate =
        "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}{{ message['content'] }}"
        + "{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
        + "{% elif 'text' in part %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    public static void Write(string folder, Atlas atlas, int seed)
    {
        Directory.CreateDirectory(folder);
        int tokens = TokenizerFile.Write(Path.Combine(folder, "tokenizer.json"), Texts(atlas, seed),
            mergesMax: VocabSize - 256 - TokenizerFile.Special.Length);
        int firstSpecial = tokens - TokenizerFile.Special.Length;
        int Id(string special) => firstSpecial + Array.IndexOf(TokenizerFile.Special, special);
        WriteJson(Path.Combine(folder, "config.json"), Config(Id));
        WriteJson(Path.Combine(folder, "generation_config.json"),
            new() { ["eos_token_id"] = Id("<|im_end|>"), ["pad_token_id"] = Id("<|endoftext|>"), ["do_sample"] = false });
        WriteJson(Path.Combine(folder, "preprocessor_config.json"), Images());
        WriteJson(Path.Combine(folder, "tokenizer_config.json"), new()
        {
            ["tokenizer_class"] = "Qwen2Tokenizer",
            ["eos_token"] = "<|im_end|>",
            ["pad_token"] = "<|endoftext|>",
            ["chat_template"] = ChatTemplate,
        });
    }

    // All that the benchmarks say, in both styles, and each whole number that a picture of up to 96 pixels needs.
    private static IEnumerable<string> Texts(Atlas atlas, int seed)
    {
        yield return "user\nassistant\n";
        for (int number = 0; number < 96; number++)
        {
            yield return $"{number}, {number}";
        }

        foreach (Benchmark benchmark in (Benchmark[])[new MiniMixBenchmark(), .. PretrainingExample.Tasks])
        {
            for (int i = 0; i < TextsOfEach; i++)
            {
                Example example = benchmark.Draw(atlas, Split.Base, seed, i);
                var truth = benchmark.ReadTruth(example.Solution, MiniScenes.Frame, example.Id);
                yield return $"{benchmark.Instruction(example.Problem)} Think.";
                yield return benchmark.Instruction(example.Problem);
                yield return $"<think>{example.Thought}</think><answer>{benchmark.WriteAnswer(truth, AnswerStyle.Spaced)}</answer>";
                yield return $"<answer>{benchmark.WriteAnswer(truth, AnswerStyle.Compact)}</answer>";
            }
        }
    }

    private static JsonObject Config(Func<string, int> id) => new()
    {
        ["architectures"] = new JsonArray("Qwen2_5_VLForConditionalGeneration"),
        ["model_type"] = "qwen2_5_vl",
        ["vocab_size"] = VocabSize,
        ["hidden_size"] = 96,
        ["intermediate_size"] = 256,
        ["num_hidden_layers"] = 3,
        ["num_attention_heads"] = 4,
        ["num_key_value_heads"] = 2,
        ["hidden_act"] = "silu",
        ["rms_norm_eps"] = 1e-6,
        ["rope_theta"] = 10.0,
        ["rope_scaling"] = new JsonObject { ["type"] = "mrope", ["mrope_section"] = new JsonArray(3, 4, 5) },
        ["max_position_embeddings"] = 1024,
        ["initializer_range"] = 0.05,
        ["tie_word_embeddings"] = true,
        ["torch_dtype"] = "float32",
        ["bos_token_id"] = id("<|endoftext|>"),
        ["pad_token_id"] = id("<|endoftext|>"),
        ["eos_token_id"] = id("<|im_end|>"),
        ["vision_start_token_id"] = id("<|vision_start|>"),
        ["vision_end_token_id"] = id("<|vision_end|>"),
        ["vision_token_id"] = id("<|vision_pad|>"),
        ["image_token_id"] = id("<|image_pad|>"),
        ["video_token_id"] = id("<|video_pad|>"),
        ["vision_config"] = new JsonObject
        {
            ["model_type"] = "qwen2_5_vl",
            ["depth"] = 3,
            ["hidden_size"] = 96,
            ["intermediate_size"] = 256,
            ["num_heads"] = 3,
            ["in_chans"] = 3,
            ["out_hidden_size"] = 96,
            ["patch_size"] = 8,
            ["spatial_merge_size"] = 2,
            ["spatial_patch_size"] = 8,
            ["temporal_patch_size"] = 2,
            ["window_size"] = 32,
            ["fullatt_block_indexes"] = new JsonArray(1, 2),
            ["tokens_per_second"] = 2,
            ["hidden_act"] = "silu",
        },
    };

    private static JsonObject Images() => new()
    {
        ["image_processor_type"] = "Qwen2VLImageProcessor",
        ["min_pixels"] = MiniScenes.Side * MiniScenes.Side,
        ["max_pixels"] = MiniScenes.Side * MiniScenes.Side,
        ["patch_size"] = 8,
        ["temporal_patch_size"] = 2,
        ["merge_size"] = 2,
        ["image_mean"] = new JsonArray(0.48145466, 0.4578275, 0.40821073),
        ["image_std"] = new JsonArray(0.26862954, 0.26130258, 0.27577711),
    };

    private static void WriteJson(string path, JsonObject value) => File.WriteAllText(path, value.ToJsonString(Readable) + "\n");
}

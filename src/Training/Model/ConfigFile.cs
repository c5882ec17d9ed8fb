using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Training.Model;

/// <summary>Reads config.json in both layouts: text fields at the top (as published) or under text_config (transformers 4.52 on).</summary>
public static class ConfigFile
{
    /// <summary>Reads and checks a config.json.</summary>
    /// <exception cref="Fault">NotFound, FileDamaged, or SpecInvalid naming the field.</exception>
    public static ModelConfig Read(string path)
    {
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        try
        {
            JsonObject root = JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? [];
            JsonObject text = root["text_config"] as JsonObject ?? root;
            Fields all = new(path, root, text);
            all.Demand(all.Text("model_type", "") is "qwen2_5_vl" or "qwen2_5_vl_text" or "", "model_type",
                "is not known; known: qwen2_5_vl");
            return Checked(Text(all, Vision(new(path, root["vision_config"] as JsonObject ?? []))), path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"is no configuration: {e.Message}", e);
        }
    }

    private static ModelConfig Text(Fields all, VisionConfig vision) => new()
    {
        VocabSize = all.Whole("vocab_size"),
        HiddenSize = all.Whole("hidden_size"),
        IntermediateSize = all.Whole("intermediate_size"),
        Layers = all.Whole("num_hidden_layers"),
        Heads = all.Whole("num_attention_heads"),
        KeyValueHeads = all.Whole("num_key_value_heads"),
        RmsNormEps = all.Number("rms_norm_eps", 1e-6),
        RopeTheta = all.Number("rope_theta", 1_000_000),
        MropeSection = all.Inside("rope_scaling").Wholes("mrope_section"),
        TieWordEmbeddings = all.Flag("tie_word_embeddings", false),
        InitializerRange = all.Number("initializer_range", 0.02),
        Vision = vision,
        Tokens = new()
        {
            VisionStart = all.Whole("vision_start_token_id"),
            ImagePad = all.Whole("image_token_id"),
            VideoPad = all.Whole("video_token_id"),
            End = all.Wholes("eos_token_id"),
            Pad = all.Whole("pad_token_id", all.Whole("bos_token_id", 0)),
        },
    };

    private static VisionConfig Vision(Fields vision) => new()
    {
        Depth = vision.Whole("depth"),
        HiddenSize = vision.Whole("hidden_size"),
        IntermediateSize = vision.Whole("intermediate_size"),
        Heads = vision.Whole("num_heads"),
        Channels = vision.Whole("in_channels", vision.Whole("in_chans", 3)),
        OutHiddenSize = vision.Whole("out_hidden_size"),
        PatchSize = vision.Whole("patch_size"),
        MergeSize = vision.Whole("spatial_merge_size"),
        TemporalPatchSize = vision.Whole("temporal_patch_size"),
        WindowSize = vision.Whole("window_size"),
        FullAttentionBlocks = vision.Wholes("fullatt_block_indexes"),
    };

    private static ModelConfig Checked(ModelConfig config, string path)
    {
        VisionConfig vision = config.Vision;
        Demand(config.HiddenSize % config.Heads == 0, "hidden_size", "must be a multiple of num_attention_heads");
        Demand(config.HeadWidth % 2 == 0, "hidden_size", "must give heads of an even width");
        Demand(config.Heads % config.KeyValueHeads == 0, "num_attention_heads", "must be a multiple of num_key_value_heads");
        Demand(config.MropeSection.Length == 3 && config.MropeSection.Sum() == config.HeadWidth / 2, "rope_scaling.mrope_section",
            $"must be three numbers that add up to {config.HeadWidth / 2}");
        Demand(vision.HiddenSize % vision.Heads == 0 && vision.HeadWidth % 4 == 0, "vision_config.hidden_size",
            "must give heads of a width that 4 divides");
        Demand(vision.OutHiddenSize == config.HiddenSize, "vision_config.out_hidden_size", "must equal hidden_size");
        Demand(vision.WindowSize / vision.MergeSize / vision.PatchSize >= 1, "vision_config.window_size", "must hold a cell");
        return config;

        void Demand(bool holds, string field, string reason) =>
            Fault.Unless(holds, FaultCode.SpecInvalid, $"{path}: {field}", reason);
    }

    /// <summary>Fields of one level, looked up in several objects in turn.</summary>
    private sealed class Fields(string path, params JsonObject[] levels)
    {
        public int Whole(string name, int? fallback = null) => Find(name) is { } value
            ? Positive(name, value.GetValue<int>())
            : fallback ?? throw Missing(name);

        public double Number(string name, double fallback) => Find(name)?.GetValue<double>() ?? fallback;

        public bool Flag(string name, bool fallback) => Find(name)?.GetValue<bool>() ?? fallback;

        public string Text(string name, string fallback) => Find(name)?.GetValue<string>() ?? fallback;

        public int[] Wholes(string name) => Find(name) switch
        {
            JsonArray list => [.. list.Select(item => item!.GetValue<int>())],
            { } one => [one.GetValue<int>()],
            null => throw Missing(name),
        };

        public Fields Inside(string name) => new(path, [.. levels.Select(level => level[name]).OfType<JsonObject>()]);

        public void Demand(bool holds, string name, string reason) =>
            Fault.Unless(holds, FaultCode.SpecInvalid, $"{path}: {name}", reason);

        private int Positive(string name, int value)
        {
            Demand(value >= 0, name, $"is {value}; allowed: 0 and above");
            return value;
        }

        private Fault Missing(string name) => new(FaultCode.SpecInvalid, $"{path}: {name}", "is missing");

        private JsonNode? Find(string name) => levels.Select(level => level[name]).FirstOrDefault(value => value is not null);
    }
}

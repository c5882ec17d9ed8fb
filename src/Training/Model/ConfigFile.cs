using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Training.Model;

/// <summary>Reads config.json in both layouts: text fields at the top (as published) or under text_config (transformers 4.52 on).</summary>
public static class ConfigFile
{
    private const int CellWidthMax = 10_000_000;

    private static readonly (string Word, ScalarType Type)[] Types =
        [("float32", ScalarType.Float32), ("bfloat16", ScalarType.BFloat16), ("float16", ScalarType.Float16)];

    /// <summary>Reads a folder's config.json and, where it is there, the end and padding tokens of its generation_config.json.</summary>
    /// <exception cref="Fault">NotFound, FileDamaged, or SpecInvalid naming the field.</exception>
    public static ModelConfig OfFolder(string folder)
    {
        ModelConfig config = Read(Path.Combine(folder, "config.json"));
        string path = Path.Combine(folder, "generation_config.json");
        if (!File.Exists(path))
        {
            return config;
        }

        JsonFields fields = new(path, JsonFields.ReadFile(path));
        int[] end = fields.Has("eos_token_id") ? fields.Wholes("eos_token_id") : config.Tokens.End;
        int pad = fields.Whole("pad_token_id", config.Tokens.Pad);
        fields.Demand(end.Length > 0 && end.All(id => id < config.VocabSize), "eos_token_id", $"must be ids below {config.VocabSize}");
        fields.Demand(pad < config.VocabSize, "pad_token_id", $"must be an id below {config.VocabSize}");
        // A label ends with the first: the end of a turn, which config.json names, not the end of all text.
        return config with { Tokens = config.Tokens with { End = [.. end.OrderBy(id => id != config.Tokens.End[0])], Pad = pad } };
    }

    /// <summary>Reads and checks a config.json.</summary>
    /// <exception cref="Fault">NotFound, FileDamaged, or SpecInvalid naming the field.</exception>
    public static ModelConfig Read(string path)
    {
        JsonObject root = JsonFields.ReadFile(path);
        JsonFields all = new(path, [root, .. new[] { root["text_config"] as JsonObject }.OfType<JsonObject>()]);
        all.Demand(all.Text("model_type", "") is "qwen2_5_vl" or "qwen2_5_vl_text" or "", "model_type",
            $"'{all.Text("model_type", "")}' is not known; known: qwen2_5_vl");
        JsonFields vision = new($"{path}: vision_config", root["vision_config"] as JsonObject ?? []);
        foreach (JsonFields half in (JsonFields[])[all, vision])
        {
            half.Demand(half.Text("hidden_act", "silu") == "silu", "hidden_act", "is not known; known: silu");
        }

        all.Demand(!all.Flag("use_sliding_window", false), "use_sliding_window", "is true; allowed: false");
        return Checked(Text(all, Vision(vision)), path);
    }

    /// <summary>The type in which a config.json says that the weights are stored; null where it does not say.</summary>
    /// <exception cref="Fault">NotFound, FileDamaged, or SpecInvalid where the type is not known.</exception>
    public static ScalarType? StoredType(string path)
    {
        JsonFields fields = new(path, JsonFields.ReadFile(path));
        string word = fields.Text("torch_dtype", fields.Text("dtype", ""));
        return word.Length == 0 ? null : TypeOf(word, $"{path}: torch_dtype");
    }

    /// <summary>The type with that name.</summary>
    /// <param name="subject">What a fault is about.</param>
    /// <exception cref="Fault">SpecInvalid, naming the known ones.</exception>
    public static ScalarType TypeOf(string word, string subject)
    {
        int at = Array.FindIndex(Types, known => known.Word == word);
        Fault.Unless(at >= 0, FaultCode.SpecInvalid, subject,
            $"'{word}' is not known; known: {string.Join(", ", Types.Select(known => known.Word))}");
        return Types[at].Type;
    }

    /// <summary>The name of a type.</summary>
    internal static string WordOf(ScalarType type) => Array.Find(Types, known => known.Type == type).Word;

    private static ModelConfig Text(JsonFields all, VisionConfig vision)
    {
        JsonFields rope = all.Inside("rope_scaling", "rope_parameters");
        return new()
        {
            VocabSize = all.Size("vocab_size"),
            HiddenSize = all.Size("hidden_size", max: 1_000_000),
            IntermediateSize = all.Size("intermediate_size"),
            Layers = all.Size("num_hidden_layers", max: 10_000),
            Heads = all.Size("num_attention_heads", max: 100_000),
            KeyValueHeads = all.Size("num_key_value_heads", max: 100_000),
            RmsNormEps = all.Number("rms_norm_eps", 1e-6),
            RopeTheta = all.Number("rope_theta", rope.Number("rope_theta", 1_000_000)),
            MropeSection = rope.Wholes("mrope_section"),
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
    }

    private static VisionConfig Vision(JsonFields vision) => new()
    {
        Depth = vision.Size("depth", max: 10_000),
        HiddenSize = vision.Size("hidden_size", max: 1_000_000),
        IntermediateSize = vision.Size("intermediate_size"),
        Heads = vision.Size("num_heads", max: 100_000),
        Channels = vision.Size("in_channels", vision.Size("in_chans", 3), max: 3),
        OutHiddenSize = vision.Size("out_hidden_size"),
        PatchSize = vision.Size("patch_size", max: 1_000),
        MergeSize = vision.Size("spatial_merge_size", max: 100),
        TemporalPatchSize = vision.Size("temporal_patch_size", max: 100),
        WindowSize = vision.Size("window_size"),
        FullAttentionBlocks = vision.Wholes("fullatt_block_indexes"),
    };

    private static ModelConfig Checked(ModelConfig config, string path)
    {
        VisionConfig vision = config.Vision;
        SpecialTokens tokens = config.Tokens;
        Demand(config.HiddenSize % config.Heads == 0, "hidden_size", "must be a multiple of num_attention_heads");
        Demand(config.HeadWidth % 2 == 0, "hidden_size", "must give heads of an even width");
        Demand(config.Heads % config.KeyValueHeads == 0, "num_attention_heads", "must be a multiple of num_key_value_heads");
        Demand(config.MropeSection.Length == 3 && config.MropeSection.Sum(size => (long)size) == config.HeadWidth / 2,
            "rope_scaling.mrope_section", $"must be three numbers that add up to {config.HeadWidth / 2}");
        Demand(tokens.End.Length > 0, "eos_token_id", "must name a token");
        Demand(tokens.End.Append(tokens.Pad).Append(tokens.VisionStart).Append(tokens.ImagePad).Append(tokens.VideoPad)
            .All(id => id < config.VocabSize), "vocab_size", "must be above the ids of all special tokens");
        Demand(vision.HiddenSize % vision.Heads == 0 && vision.HeadWidth % 4 == 0, "vision_config.hidden_size",
            "must give heads of a width that 4 divides");
        Demand((long)vision.HiddenSize * vision.MergeSize * vision.MergeSize <= CellWidthMax, "vision_config.spatial_merge_size",
            $"must give a cell's patches up to {CellWidthMax} numbers together");
        Demand(vision.OutHiddenSize == config.HiddenSize, "vision_config.out_hidden_size", "must equal hidden_size");
        Demand(vision.WindowSize / vision.MergeSize / vision.PatchSize >= 1, "vision_config.window_size", "must hold a cell");
        return config;

        void Demand(bool holds, string field, string reason) =>
            Fault.Unless(holds, FaultCode.SpecInvalid, $"{path}: {field}", reason);
    }
}

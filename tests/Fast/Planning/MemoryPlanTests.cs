using ViSurf.Sdk;
using ViSurf.Training;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Model;
using ViSurf.Training.Planning;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Planning;

public class MemoryPlanTests
{
    private static readonly PromptShape Prompt = new(Tokens: 1300, Patches: 4 * 1200);

    // The sums of the shapes in the published checkpoints.
    [Theory]
    [InlineData("qwen2.5-vl-7b", 8_292_166_656)]
    [InlineData("qwen2.5-vl-3b", 3_754_622_976)]
    public void A_published_model_is_counted_from_its_configuration_alone(string model, long weights) =>
        Assert.Equal(weights, ModelSize.Of(Config(model), new() { Path = "none" }).Weights);

    [Fact]
    public void A_model_is_counted_as_it_is_loaded()
    {
        using VisionLanguageModel loaded = ModelFolder.Load(Repository.File("models", "tiny-base"));
        Assert.Equal(loaded.Weights.Count, ModelSize.Of(loaded.Config, new() { Path = "none" }).Weights);
    }

    [Fact]
    public void Full_training_holds_weights_moments_and_masters_of_every_number()
    {
        ModelSpec narrow = new() { Path = "none", Dtype = WeightType.Bfloat16 };
        long weights = 8_292_166_656;
        Assert.Equal([new("weights", 2 * weights), new("optimiser", 12 * weights), new("runtime", 600 << 20)],
            Plan(narrow, new()).Standing);
        // A checkpoint's copy is in the processor's memory.
        Assert.Equal(
            [new("weights", 2 * weights), new("optimiser", 12 * weights), new("runtime", 100 << 20), new("checkpoint", 14 * weights)],
            Plan(narrow, new(), device: DeviceType.CPU).Standing);
    }

    [Fact]
    public void The_processor_holds_a_prompt_for_each_of_its_rows_and_a_GPU_once()
    {
        ModelSpec model = new() { Path = "none", Dtype = WeightType.Bfloat16 };
        RlSpec train = new() { PromptsPerStep = 8 };
        MethodSpec method = new() { Name = "visurf", GroupSize = 8, MaxTokens = 512 };
        long[] sampling = [.. new[] { DeviceType.CPU, DeviceType.CUDA }.Select(device =>
            Plan(model, train, method, device).InTurn.Single(part => part.Name == "sampling").Bytes)];
        long prompt = 2L * 2 * 512 * 28 * Prompt.Tokens; // keys and values of four heads in 28 layers
        Assert.InRange(sampling[0] - sampling[1], 1, 8 * 8 * prompt);
        Assert.True(sampling[1] >= 8 * prompt);
    }

    [Fact]
    public void Several_updates_read_the_whole_step_before_the_first_unless_micro_batches_cut_it()
    {
        ModelSpec model = new() { Path = "none", Dtype = WeightType.Bfloat16 };
        RlSpec two = new() { MiniBatches = 2 };
        Assert.DoesNotContain(Plan(model, new()).InTurn, part => part.Name == "old");
        Assert.True(Old(two with { MicroTokens = 4096 }) < Old(two));
        Assert.Equal(Old(two), Old(two with { MiniBatches = 4 }));

        long Old(RlSpec train) => Plan(model, train).InTurn.Single(part => part.Name == "old").Bytes;
    }

    [Fact]
    public void Banned_tokens_and_a_temperature_are_further_copies_of_the_logits()
    {
        ModelSpec model = new() { Path = "none", Dtype = WeightType.Bfloat16 };
        MethodSpec method = new() { Name = "visurf", GroupSize = 3, MaxTokens = 100 };
        RlSpec train = new() { PromptsPerStep = 2 };
        long[] training = [.. new[] { method, method with { Temperature = 0.7 } }.Select(spec =>
            Plan(model, train, spec).InTurn.Single(part => part.Name == "training").Bytes)];
        int rows = 2 * Catalogs.Methods.Make("visurf", "method").Members(method);
        Assert.Equal(4L * rows * 100 * Config("qwen2.5-vl-7b").VocabSize, training[1] - training[0]);
    }

    [Fact]
    public void Adapters_of_every_projection_of_the_decoder_are_counted_by_rank_times_inputs_and_outputs()
    {
        ModelSize size = ModelSize.Of(Config("qwen2.5-vl-7b"), new() { Path = "none", Lora = new() { Rank = 16 } });
        long layer = (2 * (3584 + 3584)) + (2 * (3584 + 512)) + (3 * (3584 + 18_944));
        Assert.Equal(28 * 16 * layer, size.Trained);
        Assert.True(size.HasAdapters);
    }

    [Fact]
    public void Every_saving_saves()
    {
        ModelSpec narrow = new() { Path = "none", Dtype = WeightType.Bfloat16 };
        RlSpec whole = new();
        long full = Plan(narrow, whole).Peak;
        Assert.All(
            [
                Plan(narrow with { Lora = new() }, whole),
                Plan(narrow with { Freeze = ["visual.*"] }, whole),
                Plan(narrow, whole with { Weights = WeightStep.Stochastic }),
                Plan(narrow, whole with { Recompute = true }),
                Plan(narrow, whole with { MicroTokens = 4096 }),
                Plan(narrow, whole with { LogitChunk = 512 }),
            ],
            smaller => Assert.True(smaller.Peak < full, $"{smaller.Peak} is not below {full}"));
        Assert.True(Plan(narrow with { Dtype = WeightType.Float32 }, whole).Peak > full);
        Assert.True(Plan(narrow, whole, new() { Name = "visurf", KlWeight = 0.01, MaxTokens = 512 }).Peak > full);
    }

    [Fact]
    public void A_reference_costs_nothing_beside_adapters()
    {
        ModelSpec lora = new() { Path = "none", Lora = new() };
        Assert.Equal(Plan(lora, new()).Peak, Plan(lora, new(), new() { Name = "visurf", KlWeight = 0.01, MaxTokens = 512 }).Peak);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_its_largest_parts_and_what_makes_it_smaller()
    {
        Fault fault = Assert.Throws<Fault>(() => Plan(new() { Path = "none" }, new()).DemandFits(80L << 30));
        Assert.Equal((FaultCode.OutOfMemory, "visurf"), (fault.Code, fault.Subject));
        Assert.Contains("the device has 80.00 GiB", fault.Reason, StringComparison.Ordinal);
        Assert.Contains("optimiser 61.78 GiB", fault.Reason, StringComparison.Ordinal);
        Assert.Contains("train.recompute", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Seven_billion_weights_with_adapters_fit_a_GPU_of_80_GB() =>
        Plan(new() { Path = "none", Dtype = WeightType.Bfloat16, Lora = new() },
            new() { Recompute = true, MicroTokens = 8192, LogitChunk = 1024 }).DemandFits(80_000_000_000);

    [Fact]
    public void The_shape_of_prompts_is_that_of_the_longest_example()
    {
        ModelConfig config = Config("qwen2.5-vl-7b");
        Benchmark benchmark = Catalogs.Benchmarks.Make("mini-mix", "benchmark");
        DrawnExamples examples = new(benchmark, new Atlas(Repository.File("data", "objects")), Split.Train, 1, 32);
        PromptShape shape = PromptShape.Of(examples, benchmark, config.Vision,
            new(Repository.File("models", "qwen2.5-vl-7b", "preprocessor_config.json"), config.Vision));
        using Policy policy = Policy.Load(Repository.File("models", "tiny-base"));
        Prompt[] prompts = [.. Enumerable.Range(0, 16).Select(i => policy.Prepare(examples.At(i), benchmark, PromptMode.Think))];
        PromptShape tiny = PromptShape.Of(examples, benchmark, policy.Model.Config.Vision,
            new(Repository.File("models", "tiny-base", "preprocessor_config.json"), policy.Model.Config.Vision));
        Assert.Equal(prompts.Max(prompt => prompt.Grid.Patches), tiny.Patches);
        Assert.InRange(prompts.Max(prompt => prompt.Ids.Length), 1, tiny.Tokens);
        // Text and frame are the same whatever the picture's patches are.
        Assert.Equal(tiny.Tokens - (tiny.Patches / 4), shape.Tokens - (shape.Patches / 4));
        Assert.True(shape.Patches > 0 && shape.Patches % 4 == 0);
    }

    private static ModelConfig Config(string model) => ConfigFile.Read(Repository.File("models", model, "config.json"));

    private static MemoryPlan Plan(ModelSpec model, RlSpec train, MethodSpec? method = null, DeviceType device = DeviceType.CUDA)
    {
        StageSettings settings = new()
        {
            Method = Catalogs.Methods.Make("visurf", "method"),
            Spec = method ?? new() { Name = "visurf", MaxTokens = 512 },
            Train = train,
            Benchmark = Catalogs.Benchmarks.Make("mini-mix", "benchmark"),
            Prompt = PromptMode.Think,
            Seed = 1,
        };
        return MemoryPlan.Of("visurf", Config("qwen2.5-vl-7b"), model, settings, Prompt, device);
    }
}

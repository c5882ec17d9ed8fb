using ViSurf.Sdk;
using ViSurf.Training;
using ViSurf.Training.Model;
using ViSurf.Training.Planning;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Planning;

public class StageTimeTests
{
    private static readonly PromptShape Prompt = new(Tokens: 300, Patches: 4 * 200);

    [Fact]
    public void Float32_is_as_much_slower_as_the_device_is_at_it()
    {
        StageSettings settings = Settings("sft", new());
        double[] hours = [.. new[] { WeightType.Bfloat16, WeightType.Float32 }.Select(type =>
            StageTime.Hours(Config(), new() { Path = "none", Dtype = type }, settings, Prompt, DeviceKind.Of("h100", "device")))];
        Assert.Equal(989.0 / 67, hours[1] / hours[0], 1e-6);
    }

    [Fact]
    public void A_reference_is_asked_in_every_epoch()
    {
        double[] products = [.. new[] { (1, 0.0), (1, 0.1), (2, 0.0), (2, 0.1) }.Select(one => StageTime.Training(Config(),
            new() { Path = "none" }, Settings("rlvr", new() { Epochs = one.Item1 }, one.Item2), Prompt))];
        double pass = products[1] - products[0];
        Assert.Equal(2, (products[3] - products[2]) / pass, 1e-6);
        Assert.Equal(4, (products[2] - products[0]) / pass, 1e-6); // forward, backward twice, and the pass before the first update
    }

    private static ModelConfig Config() => ConfigFile.Read(Repository.File("models", "qwen2.5-vl-3b", "config.json"));

    private static StageSettings Settings(string method, RlSpec train, double klWeight = 0) => new()
    {
        Method = Catalogs.Methods.Make(method, "method"),
        Spec = new() { Name = method, MaxTokens = 64, KlWeight = klWeight },
        Train = train,
        Benchmark = Catalogs.Benchmarks.Make("mini-mix", "benchmark"),
        Prompt = PromptMode.Think,
        Seed = 1,
    };
}

using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>A model in a folder of Hugging Face's layout.</summary>
public static class ModelFolder
{
    /// <summary>Reads config.json and model.safetensors.</summary>
    /// <exception cref="ViSurf.Sdk.Fault">A file is missing or damaged, or they do not fit each other.</exception>
    public static VisionLanguageModel Load(string folder)
    {
        ModelConfig config = ConfigFile.Read(Path.Combine(folder, "config.json"));
        StoredWeights weights = new(Path.Combine(folder, "model.safetensors"));
        VisionLanguageModel model = new(config, weights);
        weights.DemandAllRead();
        return model;
    }
}

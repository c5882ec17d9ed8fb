using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Model;

namespace ViSurf.Training.Pictures;

/// <summary>Turns pictures into rows of pixel values, as preprocessor_config.json says.</summary>
public sealed class ImageProcessor
{
    private readonly int patch;
    private readonly int merge;
    private readonly int frames;
    private readonly long pixelsMin;
    private readonly long pixelsMax;
    private readonly float[][] values; // by channel and grey level

    /// <summary>Reads the settings.</summary>
    /// <exception cref="Fault">The file is missing or damaged, or does not fit the model.</exception>
    public ImageProcessor(string path, VisionConfig vision)
    {
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        try
        {
            JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
            patch = root["patch_size"]!.GetValue<int>();
            merge = root["merge_size"]!.GetValue<int>();
            frames = root["temporal_patch_size"]!.GetValue<int>();
            pixelsMin = root["min_pixels"]!.GetValue<long>();
            pixelsMax = root["max_pixels"]!.GetValue<long>();
            values = Levels(root["image_mean"]!.Deserialize<double[]>()!, root["image_std"]!.Deserialize<double[]>()!);
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or FormatException)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"is no preprocessor configuration: {e.Message}", e);
        }

        Fault.Unless(patch == vision.PatchSize && merge == vision.MergeSize && frames == vision.TemporalPatchSize,
            FaultCode.SpecInvalid, path, "has another patch_size, merge_size or temporal_patch_size than config.json");
    }

    /// <summary>Resizes and cuts a picture. Rows: cell by cell; numbers of a row: channel, frame, y, x.</summary>
    public (float[] Rows, PatchGrid Grid) Process(Picture picture)
    {
        (int height, int width) = SmartResize.Size(picture.Height, picture.Width, patch * merge, pixelsMin, pixelsMax);
        byte[] rgb = Bicubic.Resize(picture.Rgb, picture.Width, picture.Height, width, height, channels: 3);
        PatchGrid grid = new(1, height / patch, width / patch);
        float[] rows = new float[grid.Patches * 3 * frames * patch * patch];
        int at = 0;
        foreach ((int row, int column) in PatchLayout.Of([grid], merge, windowCells: 1).Places)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                int start = at;
                for (int y = row * patch; y < (row + 1) * patch; y++)
                {
                    for (int x = column * patch; x < (column + 1) * patch; x++)
                    {
                        rows[at++] = values[channel][rgb[(((y * width) + x) * 3) + channel]];
                    }
                }

                // A still picture fills all frames of a patch.
                for (int frame = 1; frame < frames; frame++, at += patch * patch)
                {
                    Array.Copy(rows, start, rows, at, patch * patch);
                }
            }
        }

        return (rows, grid);
    }

    // The reference multiplies by 1/255 in float64, rounds to float32, then subtracts and divides in float32.
    private static float[][] Levels(double[] mean, double[] deviation) =>
        [.. mean.Select((m, channel) => Enumerable.Range(0, 256)
            .Select(level => ((float)(level * (1 / 255.0)) - (float)m) / (float)deviation[channel]).ToArray())];
}

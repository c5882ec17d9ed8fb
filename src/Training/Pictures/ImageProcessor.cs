using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Model;

namespace ViSurf.Training.Pictures;

/// <summary>Turns pictures into rows of pixel values, as preprocessor_config.json says.</summary>
public sealed class ImageProcessor
{
    private const long PixelsMinDefault = 56 * 56;
    private const long PixelsMaxDefault = 28 * 28 * 1280;
    private const long PixelsMinMost = 1 << 24; // to which every picture is enlarged
    private const int Bicubically = 3; // Pillow's number for it
    private readonly int patch;
    private readonly int merge;
    private readonly int frames;
    private readonly long pixelsMin;
    private readonly long pixelsMax;
    private readonly float[][] values; // by channel and grey level

    /// <summary>Reads the settings. The limits of a picture's area are min_pixels and max_pixels, else those of size, as shortest_edge and
    /// longest_edge or again as min_pixels and max_pixels, else the reference's own.</summary>
    /// <exception cref="Fault">The file is missing or damaged, asks for what this processor does not do, or does not fit the
    /// model.</exception>
    public ImageProcessor(string path, VisionConfig vision)
    {
        JsonObject root = JsonFields.ReadFile(path);
        JsonFields fields = new(path, root);
        JsonFields size = fields.Inside("size");
        patch = fields.Size("patch_size");
        merge = fields.Size("merge_size");
        frames = fields.Size("temporal_patch_size");
        pixelsMin = fields.Long("min_pixels", size.Long("shortest_edge", size.Long("min_pixels", PixelsMinDefault)));
        pixelsMax = fields.Long("max_pixels", size.Long("longest_edge", size.Long("max_pixels", PixelsMaxDefault)));
        fields.Demand(pixelsMin <= PixelsMinMost, "min_pixels", $"is {pixelsMin}; allowed: up to {PixelsMinMost}");
        fields.Demand(pixelsMin <= pixelsMax, "min_pixels", $"is {pixelsMin}; allowed: up to max_pixels, which is {pixelsMax}");
        double[] deviation = fields.Numbers("image_std", 3);
        fields.Demand(deviation.All(one => one > 0), "image_std", "must be numbers above 0");
        values = Levels(fields.Numbers("image_mean", 3), deviation);
        foreach (string step in (string[])["do_resize", "do_rescale", "do_normalize"])
        {
            fields.Demand(fields.Flag(step, true), step, "is false; allowed: true");
        }

        fields.Demand(Math.Abs((fields.Number("rescale_factor", 1 / 255.0) * 255) - 1) < 1e-6, "rescale_factor", "must be 1/255");
        fields.Demand(fields.Whole("resample", Bicubically) == Bicubically, "resample", $"must be {Bicubically}, bicubic");
        Fault.Unless(patch == vision.PatchSize && merge == vision.MergeSize && frames == vision.TemporalPatchSize,
            FaultCode.SpecInvalid, path, "has another patch_size, merge_size or temporal_patch_size than config.json");
    }

    /// <summary>The patches that a picture of this size is cut into.</summary>
    public PatchGrid GridOf(int height, int width)
    {
        (int tall, int broad) = SmartResize.Size(height, width, patch * merge, pixelsMin, pixelsMax);
        return new(1, tall / patch, broad / patch);
    }

    /// <summary>Resizes and cuts a picture. Rows: cell by cell; numbers of a row: channel, frame, y, x.</summary>
    public (float[] Rows, PatchGrid Grid) Process(Picture picture)
    {
        (int height, int width) = SmartResize.Size(picture.Height, picture.Width, patch * merge, pixelsMin, pixelsMax);
        byte[] rgb = Bicubic.Resize(picture.Rgb, picture.Width, picture.Height, width, height, channels: 3);
        PatchGrid grid = new(1, height / patch, width / patch);
        long numbers = (long)grid.Patches * 3 * frames * patch * patch;
        Fault.Unless(numbers <= Array.MaxLength, FaultCode.SpecInvalid, "image",
            $"has {numbers} numbers in its patches; allowed: {Array.MaxLength}; max_pixels makes it smaller");
        float[] rows = new float[numbers];
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

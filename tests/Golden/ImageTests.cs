using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Pictures;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Golden;

public class ImageTests
{
    private static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllText(Fixtures.Path("images", "images.json")))!;

    [Fact]
    public void Smart_resize_equals_the_reference_in_all_cases()
    {
        JsonArray cases = (JsonArray)Golden["smart_resize"]!;
        Assert.Equal(19 * 7, cases.Count);
        Assert.All(cases, c =>
        {
            (int Height, int Width) Resize() =>
                SmartResize.Size(c!["height"]!.GetValue<int>(), c["width"]!.GetValue<int>(), c["factor"]!.GetValue<int>(),
                c["min_pixels"]!.GetValue<long>(), c["max_pixels"]!.GetValue<long>());
            if (c!["error"] is null)
            {
                Assert.Equal((c["result_hw"]![0]!.GetValue<int>(), c["result_hw"]![1]!.GetValue<int>()), Resize());
            }
            else
            {
                Assert.Throws<Fault>(() => Resize());
            }
        });
    }

    [Theory]
    [InlineData("a_57x93", "small")]
    [InlineData("a_57x93", "up")]
    [InlineData("b_140x140", "small")]
    [InlineData("c_300x200", "small")]
    [InlineData("d_600x28", "small")]
    public void Resized_pictures_equal_the_slow_processor_to_the_byte(string name, string limit)
    {
        Picture picture = Decode(name);
        SafetensorsFile file = Fixtures.Open("images/resized");
        string key = $"{name}.{limit}.slow.resized_u8";
        (int height, int width) = ((int)file.Entries[key].Shape[0], (int)file.Entries[key].Shape[1]);
        byte[] resized = Bicubic.Resize(picture.Rgb, picture.Width, picture.Height, width, height, channels: 3);
        Assert.Equal(file.Read(key).data<byte>().ToArray(), resized);
    }

    [Fact]
    public void Pixel_rows_equal_the_slow_processor()
    {
        JsonObject settings = Golden["processor"]!.DeepClone().AsObject();
        settings["max_pixels"] = 12544; // the limit called small
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.json");
        File.WriteAllText(path, settings.ToJsonString());
        ImageProcessor processor = new(path, ConfigFile.Read(Fixtures.Path("model_untied", "config.json")).Vision);
        File.Delete(path);

        (float[] rows, PatchGrid grid) = processor.Process(Decode("a_57x93"));

        SafetensorsFile file = Fixtures.Open("images/resized");
        Assert.Equal([1, 6, 4], file.Read("a_57x93.small.image_grid_thw").data<long>().ToArray());
        Assert.Equal(new PatchGrid(1, 6, 4), grid);
        Assert.Equal(file.Read("a_57x93.small.slow.pixel_values").data<float>().ToArray(), rows);
    }

    private static Picture Decode(string name) => PictureFile.Decode(File.ReadAllBytes(Fixtures.Path("images", name + ".png")), name);
}

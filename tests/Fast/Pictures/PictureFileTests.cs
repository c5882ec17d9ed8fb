using System.Buffers.Binary;
using CsCheck;
using SkiaSharp;
using ViSurf.Sdk;
using ViSurf.Training.Pictures;

namespace ViSurf.Tests.Fast.Pictures;

public class PictureFileTests
{
    [Theory]
    [InlineData(1, "RGBW")]
    [InlineData(2, "GRWB")]
    [InlineData(3, "WBGR")]
    [InlineData(4, "BWRG")]
    [InlineData(5, "RBGW")]
    [InlineData(6, "BRWG")]
    [InlineData(7, "WGBR")]
    [InlineData(8, "GWRB")]
    public void A_photo_is_turned_as_its_camera_was_held(byte orientation, string quarters)
    {
        const int Width = 32, Height = 16;
        byte[] jpeg = MadePictures.WithOrientation(Jpeg(Width, Height, "RGBW"), orientation);
        Picture picture = PictureFile.Decode(jpeg, "photo");
        Assert.Equal(orientation < 5 ? (Width, Height) : (Height, Width), (picture.Width, picture.Height));
        (int Left, int Right) x = (picture.Width / 4, picture.Width * 3 / 4);
        (int Top, int Bottom) y = (picture.Height / 4, picture.Height * 3 / 4);
        Assert.Equal(quarters, string.Concat(Name(picture, x.Left, y.Top), Name(picture, x.Right, y.Top),
            Name(picture, x.Left, y.Bottom), Name(picture, x.Right, y.Bottom)));
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 255, 255, 255)]
    [InlineData(255, 0, 0, 0, 0, 255, 255)]
    [InlineData(0, 255, 255, 0, 255, 0, 0)]
    [InlineData(0, 0, 0, 255, 0, 0, 0)]
    [InlineData(100, 50, 0, 51, 124, 164, 204)] // (255 - ink)(255 - black) / 255
    public void Inks_become_colours(byte cyan, byte magenta, byte yellow, byte black, byte red, byte green, byte blue)
    {
        Picture picture = PictureFile.Decode(MadePictures.CmykJpeg(cyan, magenta, yellow, black), "inks");
        Assert.Equal((8, 8), (picture.Width, picture.Height));
        Near([red, green, blue], picture.Rgb[..3], tolerance: 2);
    }

    [Fact]
    public void Sixteen_bits_become_their_upper_eight()
    {
        byte[] samples = [0, 200, 127, 1, 255, 254, 16, 130, 33, 128, 250, 0];
        Near([0, 127, 255, 16, 33, 250], PictureFile.Decode(MadePictures.Png(2, 1, (2, 16), samples), "deep").Rgb, tolerance: 1);
        Near([0, 0, 0, 127, 127, 127], PictureFile.Decode(MadePictures.Png(2, 1, (0, 16), samples[..4]), "deep").Rgb, tolerance: 1);
    }

    [Fact]
    public void Grey_becomes_three_equal_channels() => Assert.Equal([7, 7, 7, 200, 200, 200],
        PictureFile.Decode(MadePictures.Png(2, 1, (0, 8), [7, 200]), "grey").Rgb);

    [Fact]
    public void What_is_transparent_lies_on_white()
    {
        Assert.Equal([255, 255, 255, 10, 10, 10], PictureFile.Decode(MadePictures.Png(2, 1, (4, 8), [10, 0, 10, 255]), "clear").Rgb);
        Near([255, 127, 127, 0, 0, 255],
            PictureFile.Decode(MadePictures.Png(2, 1, (6, 8), [255, 0, 0, 128, 0, 0, 255, 255]), "clear").Rgb, tolerance: 1);
    }

    // The reference's library does not apply them either.
    [Fact]
    public void A_stated_gamma_changes_no_colour() => Assert.Equal([10, 100, 200],
        PictureFile.Decode(MadePictures.Png(1, 1, (2, 8), [10, 100, 200], ("gAMA", [0, 1, 0x86, 0xA0])), "linear").Rgb);

    [Fact]
    public void Of_several_pictures_the_first_is_taken() =>
        Assert.Equal([255, 0, 0, 0, 0, 255], PictureFile.Decode(MadePictures.Gif(), "moving").Rgb);

    [Theory]
    [InlineData(8_001, 8_000)]
    [InlineData(100_000, 100_000)]
    [InlineData(2_147_483_647, 2_147_483_647)]
    [InlineData(1_000_000, 65)]
    public void A_picture_that_would_fill_memory_is_refused_by_its_header(int width, int height)
    {
        byte[] bomb = MadePictures.Png(1, 1, (2, 8), [1, 2, 3]);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(20), height);
        uint crc = System.IO.Hashing.Crc32.HashToUInt32(bomb.AsSpan(12, 17));
        BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(29), crc);
        long before = GC.GetTotalAllocatedBytes();
        Fault fault = Assert.Throws<Fault>(() => PictureFile.Decode(bomb, "row 7"));
        Assert.Equal((FaultCode.FileDamaged, "row 7"), (fault.Code, fault.Subject));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50_000_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a picture")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")]
    public void What_is_no_picture_is_refused(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Assert.Contains("allowed: PNG", Assert.Throws<Fault>(() => PictureFile.Decode(bytes, "x")).Message, StringComparison.Ordinal);
        Assert.Throws<Fault>(() => PictureFile.Check(bytes, "x"));
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("webp")]
    [InlineData("gif")]
    [InlineData("cmyk")]
    public void A_file_with_bytes_changed_or_cut_is_decoded_or_refused_and_nothing_else(string kind)
    {
        byte[] good = kind switch
        {
            "png" => PictureFile.EncodePng(Quarters(16, 16, "RGBW")),
            "jpeg" => Jpeg(32, 16, "RGBW"),
            "webp" => Encoded(32, 16, "RGBW", SKEncodedImageFormat.Webp),
            "gif" => MadePictures.Gif(),
            _ => MadePictures.CmykJpeg(1, 2, 3, 4),
        };
        // A size may change to one that is allowed and large: such pictures take a moment, so only some files are decoded.
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, 4 * good.Length]).Sample((at, value, length) =>
        {
            byte[] bad = [.. good];
            bad[at] = value;
            byte[] file = length < bad.Length ? bad[..length] : bad;
            try
            {
                (int width, int height) = PictureFile.Check(file, "row 1");
                if ((long)width * height <= 1_000_000)
                {
                    PictureFile.Decode(file, "row 1");
                }
            }
            catch (Fault fault)
            {
                Assert.Equal((FaultCode.FileDamaged, "row 1"), (fault.Code, fault.Subject));
            }
        });
    }

    [Fact]
    public void A_picture_that_was_cut_is_seen_without_decoding_it()
    {
        byte[] png = PictureFile.EncodePng(Quarters(16, 16, "RGBW"));
        byte[] jpeg = Jpeg(32, 16, "RGBW");
        Assert.Equal((16, 16), PictureFile.Check(png, "x"));
        Assert.Equal((32, 16), PictureFile.Check(jpeg, "x"));
        Assert.Throws<Fault>(() => PictureFile.Check(png[..^9], "x"));
        Assert.Throws<Fault>(() => PictureFile.Check(jpeg[..^3], "x"));
    }

    private static readonly Dictionary<char, byte[]> Colours =
        new() { ['R'] = [255, 0, 0], ['G'] = [0, 255, 0], ['B'] = [0, 0, 255], ['W'] = [255, 255, 255] };

    private static Picture Quarters(int width, int height, string quarters)
    {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            int quarter = (i % width < width / 2 ? 0 : 1) + (i / width < height / 2 ? 0 : 2);
            Colours[quarters[quarter]].CopyTo(rgb, i * 3);
        }

        return new(width, height, rgb);
    }

    private static byte[] Jpeg(int width, int height, string quarters) => Encoded(width, height, quarters, SKEncodedImageFormat.Jpeg);

    private static byte[] Encoded(int width, int height, string quarters, SKEncodedImageFormat format)
    {
        using SKBitmap bitmap = SKBitmap.Decode(PictureFile.EncodePng(Quarters(width, height, quarters)));
        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    private static char Name(Picture picture, int x, int y)
    {
        byte[] pixel = picture.Rgb[(((y * picture.Width) + x) * 3)..][..3];
        return Colours.MinBy(colour => colour.Value.Zip(pixel, (a, b) => Math.Abs(a - b)).Sum()).Key;
    }

    private static void Near(byte[] expected, byte[] actual, int tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));
    }
}

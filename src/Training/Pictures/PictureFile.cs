using System.Diagnostics;
using SkiaSharp;
using ViSurf.Sdk;

namespace ViSurf.Training.Pictures;

/// <summary>Decodes and encodes picture files.</summary>
public static class PictureFile
{
    /// <summary>Larger pictures are refused before they are decoded: a few kilobytes can unpack to gigabytes.</summary>
    public const long PixelsMax = 64_000_000;

    private static readonly SKEncodedImageFormat[] Known =
    [
        SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp, SKEncodedImageFormat.Gif, SKEncodedImageFormat.Bmp,
    ];

    /// <summary>Decodes PNG, JPEG, WebP, GIF and BMP as the reference does: turned as its EXIF says, the first picture of several, 8
    /// bits of 16, colour profiles left aside; transparency is laid on white.</summary>
    /// <param name="source">What the picture is called in errors.</param>
    /// <exception cref="Fault">FileDamaged, naming the source.</exception>
    public static Picture Decode(byte[] file, string source)
    {
        byte[] rgba = DecodeRgba(file, source, out int width, out int height);
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0, o = 0; i < rgba.Length; i += 4, o += 3)
        {
            int white = 255 - rgba[i + 3];
            (rgb[o], rgb[o + 1], rgb[o + 2]) = ((byte)(rgba[i] + white), (byte)(rgba[i + 1] + white), (byte)(rgba[i + 2] + white));
        }

        return new(width, height, rgb);
    }

    /// <summary>Decodes to RGBA, colours multiplied by their opacity.</summary>
    /// <exception cref="Fault">FileDamaged, naming the source.</exception>
    public static byte[] DecodeRgba(byte[] file, string source, out int width, out int height)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = Open(data, source);
        (width, height) = (codec.Info.Width, codec.Info.Height);
        byte[] rgba = new byte[width * height * 4];
        SKImageInfo info = new(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
        SKCodecResult result = codec.GetPixels(info, rgba);
        Fault.Unless(result == SKCodecResult.Success, FaultCode.FileDamaged, source, $"is a damaged picture ({result})");
        return Orientation.Turn(rgba, (int)codec.EncodedOrigin, ref width, ref height);
    }

    /// <summary>Looks at a file without decoding it: its kind, its size, and whether its end is there.</summary>
    /// <returns>Width and height as they are stored.</returns>
    /// <exception cref="Fault">FileDamaged, naming the source.</exception>
    public static (int Width, int Height) Check(byte[] file, string source)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = Open(data, source);
        ReadOnlySpan<byte> end = codec.EncodedFormat switch
        {
            SKEncodedImageFormat.Png => "IEND"u8,
            SKEncodedImageFormat.Jpeg => [0xFF, 0xD9],
            _ => default,
        };
        Fault.Unless(file.AsSpan().LastIndexOf(end) >= 0, FaultCode.FileDamaged, source, "is a picture whose end is missing");
        return (codec.Info.Width, codec.Info.Height);
    }

    /// <summary>Encodes as PNG: nothing is lost.</summary>
    public static byte[] EncodePng(Picture picture)
    {
        SKImageInfo info = new(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKBitmap bitmap = new(info);
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int i = 0, o = 0; i < picture.Rgb.Length; i += 3, o += 4)
        {
            picture.Rgb.AsSpan(i, 3).CopyTo(pixels[o..]);
            pixels[o + 3] = 255;
        }

        using SKPixmap map = bitmap.PeekPixels();
        using SKData data = map.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, 6))
            ?? throw new UnreachableException("Skia encodes every RGBA bitmap as PNG");
        return data.ToArray();
    }

    private static SKCodec Open(SKData data, string source)
    {
        SKCodec? codec = SKCodec.Create(data);
        Fault.Unless(codec is not null && Known.Contains(codec.EncodedFormat), FaultCode.FileDamaged, source,
            "is no picture that can be decoded; allowed: PNG, JPEG, WebP, GIF, BMP");
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height is > 0 and <= PixelsMax)
        {
            return codec;
        }

        codec.Dispose();
        throw new Fault(FaultCode.FileDamaged, source, $"has {width} x {height} pixels; allowed: up to {PixelsMax}");
    }
}

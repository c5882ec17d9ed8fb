using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ViSurf.Tests.Fast.Pictures;

/// <summary>Picture files made byte by byte, of kinds that our own encoder doesn't write.</summary>
internal static class MadePictures
{
    /// <summary>A PNG.</summary>
    /// <param name="kind">Colour type and bits of a channel: 0 grey, 2 RGB, 4 grey and opacity, 6 RGB and opacity.</param>
    /// <param name="rows">The samples, row by row, big-endian where they have 16 bits.</param>
    /// <param name="before">A chunk before the data, such as gAMA.</param>
    public static byte[] Png(int width, int height, (byte Colour, byte Bits) kind, byte[] rows, (string Type, byte[] Data)? before = null)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (kind.Bits, kind.Colour);
        using MemoryStream packed = new();
        using (ZLibStream zip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            int stride = height == 0 ? 0 : rows.Length / height;
            foreach (byte[] row in rows.Chunk(Math.Max(stride, 1)))
            {
                zip.WriteByte(0); // no filter
                zip.Write(row);
            }
        }

        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR", header), .. before is { } chunk ? Chunk(chunk.Type, chunk.Data) : [],
            .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", []),
        ];
    }

    /// <summary>Tells a JPEG how its camera was held.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation) =>
    [
        .. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0,
        orientation, 0, 0, 0, 0, 0, 0, .. jpeg[2..],
    ];

    /// <summary>An 8 x 8 JPEG of one colour in CMYK, stored inverted as Adobe's programs store it.</summary>
    public static byte[] CmykJpeg(byte cyan, byte magenta, byte yellow, byte black)
    {
        List<byte> bytes = [0xFF, 0xD8, 0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0];
        bytes.AddRange([0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64)]); // a flat block's first number is then its grey - 128
        bytes.AddRange([0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0]);
        // Lengths 0 to 8 of the first number get the nine 4-bit codes 0000 to 1000; the end of a block the 1-bit code 0.
        bytes.AddRange([0xFF, 0xC4, 0, 28, 0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
        bytes.AddRange([0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.AddRange([0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]);
        StringBuilder bits = new();
        foreach (byte ink in (byte[])[cyan, magenta, yellow, black])
        {
            int value = 255 - ink - 128;
            int length = value == 0 ? 0 : (int)Math.Log2(Math.Abs(value)) + 1;
            bits.Append(Convert.ToString(length, 2).PadLeft(4, '0'));
            bits.Append(length == 0 ? "" : Convert.ToString(value > 0 ? value : value + (1 << length) - 1, 2).PadLeft(length, '0'));
            bits.Append('0');
        }

        string all = bits.ToString().PadRight((bits.Length + 7) / 8 * 8, '1');
        foreach (char[] eight in all.Chunk(8))
        {
            byte packed = Convert.ToByte(new string(eight), 2);
            bytes.Add(packed);
            if (packed == 0xFF)
            {
                bytes.Add(0);
            }
        }

        return [.. bytes, 0xFF, 0xD9];
    }

    /// <summary>A GIF of two pixels, red and blue, then a second picture of them the other way round.</summary>
    public static byte[] Gif() =>
    [
        .. "GIF89a"u8, 2, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255, .. Frame(0, 1), .. Frame(1, 0), 0x3B,
    ];

    // Graphic control, place, then 3-bit codes: clear (4), two colours, end (5).
    private static byte[] Frame(int first, int second)
    {
        int codes = 4 | (first << 3) | (second << 6) | (5 << 9);
        return [0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, (byte)codes, (byte)(codes >> 8), 0];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. data];
        byte[] length = new byte[4];
        byte[] check = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc(typed));
        return [.. length, .. typed, .. check];
    }

    private static uint Crc(byte[] data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte one in data)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}

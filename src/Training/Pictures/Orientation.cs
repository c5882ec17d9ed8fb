using System.Runtime.InteropServices;

namespace ViSurf.Training.Pictures;

/// <summary>How a camera was held, as EXIF says it: 1 upright, 2 to 4 mirrored or on its head, 5 to 8 on its side.</summary>
internal static class Orientation
{
    /// <summary>Turns a picture upright.</summary>
    /// <param name="pixels">4 bytes a pixel, row by row, as stored.</param>
    /// <param name="origin">Which side row 0 and column 0 are: 1 top left, 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6
    /// right top, 7 right bottom, 8 left bottom (EXIF 2.3, tag 0x0112).</param>
    public static byte[] Turn(byte[] pixels, int origin, ref int width, ref int height)
    {
        if (origin is <= 1 or > 8)
        {
            return pixels;
        }

        (int storedWidth, int storedHeight) = (width, height);
        bool onSide = origin >= 5;
        (width, height) = onSide ? (storedHeight, storedWidth) : (storedWidth, storedHeight);
        byte[] turned = new byte[pixels.Length];
        ReadOnlySpan<int> from = MemoryMarshal.Cast<byte, int>(pixels);
        Span<int> to = MemoryMarshal.Cast<byte, int>(turned.AsSpan());
        for (int y = 0, at = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, at++)
            {
                (int column, int row) = onSide ? (y, x) : (x, y);
                column = origin is 2 or 3 or 7 or 8 ? storedWidth - 1 - column : column;
                row = origin is 3 or 4 or 6 or 7 ? storedHeight - 1 - row : row;
                to[at] = from[(row * storedWidth) + column];
            }
        }

        return turned;
    }
}

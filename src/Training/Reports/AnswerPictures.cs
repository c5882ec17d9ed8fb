using ScottPlot;
using ViSurf.Training.Answers;
using ViSurf.Training.Geometry;
using ViSurf.Training.Pictures;

namespace ViSurf.Training.Reports;

/// <summary>Answers drawn into enlarged pictures: the label thin and white, the answer in its row's colour.</summary>
internal static class AnswerPictures
{
    private const int Zoom = 4;

    /// <summary>A data URI of a PNG.</summary>
    public static string Draw(Picture picture, Truth truth, string output, int row)
    {
        (int width, int height) = (picture.Width * Zoom, picture.Height * Zoom);
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            int from = ((i / width / Zoom * picture.Width) + (i % width / Zoom)) * 3;
            picture.Rgb.AsSpan(from, 3).CopyTo(rgb.AsSpan(i * 3));
        }

        Picture large = new(width, height, rgb);
        (double x, double y) = (width / truth.Frame.Width, height / truth.Frame.Height);
        foreach (Located one in truth.Objects)
        {
            Outline(large, one.Scaled(x, y), Colors.White, thickness: 1);
        }

        foreach (Located one in new ParsedResponse(output).Objects ?? [])
        {
            Outline(large, one.Scaled(x, y), RowLook.Of(row).Colour, thickness: 2);
        }

        return $"data:image/png;base64,{Convert.ToBase64String(PictureFile.EncodePng(large))}";
    }

    private static void Outline(Picture picture, Located one, Color colour, int thickness)
    {
        if (one.Box is { } box)
        {
            (int x1, int y1, int x2, int y2) = (Within(box.X1, picture.Width), Within(box.Y1, picture.Height),
                Within(box.X2, picture.Width), Within(box.Y2, picture.Height));
            Fill(picture, x1, y1, x2, y1 + thickness, colour);
            Fill(picture, x1, y2 - thickness, x2, y2, colour);
            Fill(picture, x1, y1, x1 + thickness, y2, colour);
            Fill(picture, x2 - thickness, y1, x2, y2, colour);
        }

        if (one.Point is { } point)
        {
            (int x, int y) = (Within(point.X, picture.Width), Within(point.Y, picture.Height));
            Fill(picture, x - thickness, y - thickness, x + thickness, y + thickness, colour);
        }
    }

    private static void Fill(Picture picture, int x1, int y1, int x2, int y2, Color colour)
    {
        for (int y = Math.Max(0, y1); y < Math.Min(picture.Height, y2); y++)
        {
            for (int x = Math.Max(0, x1); x < Math.Min(picture.Width, x2); x++)
            {
                int at = ((y * picture.Width) + x) * 3;
                (picture.Rgb[at], picture.Rgb[at + 1], picture.Rgb[at + 2]) = (colour.R, colour.G, colour.B);
            }
        }
    }

    // A model may answer any number.
    private static int Within(double value, int size) => (int)Math.Clamp(value, -1, size + 1);
}

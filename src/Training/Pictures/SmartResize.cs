using ViSurf.Sdk;

namespace ViSurf.Training.Pictures;

/// <summary>The size to which Qwen2.5-VL brings a picture: sides in whole cells, area within limits, shape nearly kept.</summary>
public static class SmartResize
{
    /// <summary>Whether one side is more than 200 times the other: such pictures are refused.</summary>
    public static bool IsTooThin(int height, int width) => (double)Math.Max(height, width) / Math.Min(height, width) > 200;

    /// <summary>New height and width.</summary>
    /// <param name="factor">Side of a cell in pixels.</param>
    /// <exception cref="Fault">SpecInvalid where one side is more than 200 times the other.</exception>
    public static (int Height, int Width) Size(int height, int width, int factor, long pixelsMin, long pixelsMax)
    {
        Fault.Unless(!IsTooThin(height, width), FaultCode.SpecInvalid, "image",
            $"is {width} x {height}; allowed: one side up to 200 times the other");
        // Halves go to the even number, as Python rounds. A thin picture can come to 0 here, and is then enlarged.
        int newHeight = (int)Math.Round(height / (double)factor, MidpointRounding.ToEven) * factor;
        int newWidth = (int)Math.Round(width / (double)factor, MidpointRounding.ToEven) * factor;
        long area = (long)newHeight * newWidth;
        if (area > pixelsMax)
        {
            double shrink = Math.Sqrt((double)height * width / pixelsMax);
            newHeight = Math.Max(factor, (int)Math.Floor(height / shrink / factor) * factor);
            newWidth = Math.Max(factor, (int)Math.Floor(width / shrink / factor) * factor);
        }
        else if (area < pixelsMin)
        {
            double grow = Math.Sqrt(pixelsMin / ((double)height * width));
            newHeight = (int)Math.Ceiling(height * grow / factor) * factor;
            newWidth = (int)Math.Ceiling(width * grow / factor) * factor;
        }

        return (newHeight, newWidth);
    }
}

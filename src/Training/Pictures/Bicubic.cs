namespace ViSurf.Training.Pictures;

/// <summary>Pillow's bicubic resize on 8-bit channels, to the byte: what the reference's slow image processor does.</summary>
/// <remarks>
/// The cubic has a = -0.5 and widens when shrinking (antialias). Rows first, then columns, each pass rounded to 8 bits,
/// in fixed point with 22 fractional bits.
/// </remarks>
public static class Bicubic
{
    private const int Precision = 22;

    /// <summary>Resizes interleaved channels.</summary>
    public static byte[] Resize(byte[] source, int width, int height, int toWidth, int toHeight, int channels)
    {
        byte[] wide = width == toWidth ? source
            : Pass(source, new(width, toWidth), height, channels, new(channels, width * channels), new(channels, toWidth * channels));
        return height == toHeight ? wide
            : Pass(wide, new(height, toHeight), toWidth, channels, new(toWidth * channels, channels), new(toWidth * channels, channels));
    }

    private static byte[] Pass(byte[] source, Filter filter, int lines, int channels, Strides from, Strides to)
    {
        byte[] result = new byte[filter.Places.Length * lines * channels];
        for (int line = 0; line < lines; line++)
        {
            for (int i = 0; i < filter.Places.Length; i++)
            {
                (int first, int[] weights) = filter.Places[i];
                for (int channel = 0; channel < channels; channel++)
                {
                    int at = (line * from.Line) + (first * from.Pixel) + channel;
                    int sum = 1 << (Precision - 1);
                    foreach (int weight in weights)
                    {
                        sum += source[at] * weight;
                        at += from.Pixel;
                    }

                    result[(line * to.Line) + (i * to.Pixel) + channel] = (byte)Math.Clamp(sum >> Precision, 0, 255);
                }
            }
        }

        return result;
    }

    /// <summary>How far it is to the next pixel along the pass, and to the next line beside it.</summary>
    private readonly record struct Strides(int Pixel, int Line);

    private sealed class Filter
    {
        public Filter(int from, int to)
        {
            double scale = (double)from / to;
            double widen = Math.Max(scale, 1);
            Places = [.. Enumerable.Range(0, to).Select(i => Place((i + 0.5) * scale, widen, from))];
        }

        /// <summary>For each pixel of the result: the first pixel of the source and the weights from there.</summary>
        public (int First, int[] Weights)[] Places { get; }

        private static (int, int[]) Place(double centre, double widen, int from)
        {
            int first = Math.Max((int)(centre - (2 * widen) + 0.5), 0);
            int end = Math.Min((int)(centre + (2 * widen) + 0.5), from);
            double[] weights = [.. Enumerable.Range(first, end - first).Select(x => Cubic((x - centre + 0.5) * (1 / widen)))];
            double sum = weights.Sum();
            return (first, Array.ConvertAll(weights, weight => Fixed(weight * (1 / sum))));
        }

        private static int Fixed(double weight) => (int)((weight * (1 << Precision)) + (weight < 0 ? -0.5 : 0.5));

        private static double Cubic(double x)
        {
            const double A = -0.5;
            x = Math.Abs(x);
            return x < 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1
                : x < 2 ? ((((x - 5) * x) + 8) * x - 4) * A
                : 0;
        }
    }
}

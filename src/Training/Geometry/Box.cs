namespace ViSurf.Training.Geometry;

/// <summary>A rectangle from its left upper to its right lower corner; right and lower edge lie outside.</summary>
public readonly record struct Box(double X1, double Y1, double X2, double Y2)
{
    public double Area => Math.Max(0, X2 - X1) * Math.Max(0, Y2 - Y1);

    public Point Centre => new((X1 + X2) / 2, (Y1 + Y2) / 2);

    /// <summary>Intersection over union; 0 where either is empty or turned inside out.</summary>
    /// <remarks>The lineage adds 1 to each side, which matters under about 20 pixels.</remarks>
    public double Iou(Box other)
    {
        double width = Math.Min(X2, other.X2) - Math.Max(X1, other.X1);
        double height = Math.Min(Y2, other.Y2) - Math.Max(Y1, other.Y1);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        double both = width * height;
        return both / (Area + other.Area - both);
    }

    /// <summary>Whether a point lies inside, edges included.</summary>
    public bool Contains(Point point) => point.X >= X1 && point.X <= X2 && point.Y >= Y1 && point.Y <= Y2;

    public Box Scaled(double x, double y) => new(X1 * x, Y1 * y, X2 * x, Y2 * y);
}

/// <summary>A place in a picture.</summary>
public readonly record struct Point(double X, double Y)
{
    public Point Scaled(double x, double y) => new(X * x, Y * y);
}

/// <summary>One object of an answer or label: its box, its point, or both.</summary>
public sealed record Located(Box? Box, Point? Point)
{
    public Located Scaled(double x, double y) => new(Box?.Scaled(x, y), Point?.Scaled(x, y));
}

/// <summary>The size of the space in which coordinates are given.</summary>
public readonly record struct Frame(double Width, double Height);

namespace ViSurf.Training.Pictures;

/// <summary>A picture in memory: 8-bit RGB, row by row.</summary>
public sealed record Picture(int Width, int Height, byte[] Rgb);

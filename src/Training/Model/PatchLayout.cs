namespace ViSurf.Training.Model;

/// <summary>The size of one picture (or video) in patches.</summary>
public readonly record struct PatchGrid(int Frames, int Rows, int Columns)
{
    public int Patches => Frames * Rows * Columns;

    /// <summary>Image tokens, where each cell of merge x merge patches becomes one.</summary>
    public int Cells(int merge) => Patches / merge / merge;
}

/// <summary>Where each patch of a batch of pictures lies, and which patches attend to each other.</summary>
/// <remarks>
/// Patches come cell by cell (the four of a 2x2 cell are neighbours), pictures one after another. Windows are cut per
/// frame, row by row; those at the right and bottom edge may be smaller.
/// </remarks>
public sealed class PatchLayout
{
    /// <summary>Row and column of each patch in its own picture.</summary>
    public required (int Row, int Column)[] Places { get; init; }

    /// <summary>The cell that stands at each place of the window order.</summary>
    public required int[] WindowIndex { get; init; }

    /// <summary>Patches of each window, in window order.</summary>
    public required int[] WindowLengths { get; init; }

    /// <summary>Patches of each frame of each picture.</summary>
    public required int[] FrameLengths { get; init; }

    /// <summary>Lays out pictures.</summary>
    /// <param name="windowCells">Side of a window in cells.</param>
    public static PatchLayout Of(IReadOnlyList<PatchGrid> grids, int merge, int windowCells)
    {
        List<(int, int)> places = [];
        List<int> index = [];
        List<int> windows = [];
        List<int> frames = [];
        foreach (PatchGrid grid in grids)
        {
            for (int frame = 0; frame < grid.Frames; frame++)
            {
                int firstCell = places.Count / (merge * merge);
                AddPlaces(places, grid, merge);
                AddWindows(index, windows, new(firstCell, grid.Rows / merge, grid.Columns / merge, merge * merge), windowCells);
                frames.Add(grid.Rows * grid.Columns);
            }
        }

        return new() { Places = [.. places], WindowIndex = [.. index], WindowLengths = [.. windows], FrameLengths = [.. frames] };
    }

    private static void AddPlaces(List<(int, int)> places, PatchGrid grid, int merge)
    {
        for (int row = 0; row < grid.Rows; row += merge)
        {
            for (int column = 0; column < grid.Columns; column += merge)
            {
                for (int patch = 0; patch < merge * merge; patch++)
                {
                    places.Add((row + (patch / merge), column + (patch % merge)));
                }
            }
        }
    }

    private static void AddWindows(List<int> index, List<int> windows, Cells cells, int side)
    {
        for (int top = 0; top < cells.Rows; top += side)
        {
            for (int left = 0; left < cells.Columns; left += side)
            {
                int bottom = Math.Min(top + side, cells.Rows);
                int right = Math.Min(left + side, cells.Columns);
                for (int row = top; row < bottom; row++)
                {
                    for (int column = left; column < right; column++)
                    {
                        index.Add(cells.First + (row * cells.Columns) + column);
                    }
                }

                windows.Add((bottom - top) * (right - left) * cells.Patches);
            }
        }
    }

    /// <summary>A frame's merged cells.</summary>
    /// <param name="First">Index of the frame's first cell.</param>
    /// <param name="Patches">In one cell.</param>
    private readonly record struct Cells(int First, int Rows, int Columns, int Patches);
}

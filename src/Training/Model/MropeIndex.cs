using ViSurf.Sdk;

namespace ViSurf.Training.Model;

/// <summary>Positions on three axes (time, height, width) of tokens and pictures: the reference's get_rope_index.</summary>
/// <remarks>
/// Text advances all axes by one. A picture that starts at p has t = p, h = p + cell row, w = p + cell column (a still
/// picture takes no time); the text after it starts at p + the longer side in cells. Padding has 1 on every axis.
/// </remarks>
public sealed class MropeIndex
{
    /// <summary>Positions by axis, row and token.</summary>
    public required long[,,] Positions { get; init; }

    /// <summary>For each row: the largest position + 1, less the padded length. A generated token's position is its place + this.</summary>
    public required long[] Deltas { get; init; }

    /// <summary>Computes positions; pictures belong to the image tokens in reading order over the whole batch.</summary>
    /// <exception cref="Fault">SpecInvalid where image tokens and pictures do not match.</exception>
    public static MropeIndex Of(long[,] ids, long[,] mask, IReadOnlyList<PatchGrid> grids, int merge, SpecialTokens tokens)
    {
        (int rows, int length) = (ids.GetLength(0), ids.GetLength(1));
        long[,,] positions = new long[3, rows, length];
        long[] deltas = new long[rows];
        int picture = 0;
        for (int row = 0; row < rows; row++)
        {
            long next = 0;
            for (int at = 0; at < length;)
            {
                if (mask[row, at] == 0)
                {
                    Set(positions, row, at++, 1, 1, 1);
                }
                else if (ids[row, at] != tokens.ImagePad)
                {
                    Set(positions, row, at++, next, next, next);
                    next++;
                }
                else
                {
                    Fault.Unless(picture < grids.Count, FaultCode.SpecInvalid, "input_ids", "has more image tokens than pictures");
                    PatchGrid grid = grids[picture++];
                    DemandImageTokens(ids, row, at, grid.Cells(merge), tokens.ImagePad);
                    next = AddPicture(positions, row, ref at, next, (grid.Rows / merge, grid.Columns / merge), grid.Cells(merge));
                }
            }

            deltas[row] = next - length;
        }

        Fault.Unless(picture == grids.Count, FaultCode.SpecInvalid, "image_grid_thw", "has more pictures than image tokens");
        return new() { Positions = positions, Deltas = deltas };
    }

    private static void DemandImageTokens(long[,] ids, int row, int first, int cells, int imagePad)
    {
        for (int cell = 0; cell < cells; cell++)
        {
            Fault.Unless(first + cell < ids.GetLength(1) && ids[row, first + cell] == imagePad, FaultCode.SpecInvalid, "input_ids",
                $"has {cell} image tokens where the picture has {cells} cells");
        }
    }

    private static long AddPicture(long[,,] positions, int row, ref int at, long start, (int Rows, int Columns) frame, int cells)
    {
        for (int cell = 0; cell < cells; cell++)
        {
            int inFrame = cell % (frame.Rows * frame.Columns);
            Set(positions, row, at++, start, start + (inFrame / frame.Columns), start + (inFrame % frame.Columns));
        }

        return start + Math.Max(frame.Rows, frame.Columns);
    }

    private static void Set(long[,,] positions, int row, int at, long t, long h, long w)
    {
        positions[0, row, at] = t;
        positions[1, row, at] = h;
        positions[2, row, at] = w;
    }
}

namespace ViSurf.Training.Rewards;

/// <summary>The cheapest matching of rows to columns: shortest augmenting paths with potentials, O(n^2 m).</summary>
/// <remarks>Jonker and Volgenant, Computing 38 (1987). Every row is matched where there are at least as many columns, and the
/// other way round.</remarks>
public static class Assignment
{
    /// <summary>The column of each row, or -1.</summary>
    public static int[] Solve(double[,] cost)
    {
        (int rows, int columns) = (cost.GetLength(0), cost.GetLength(1));
        if (rows <= columns)
        {
            return SolveWide(rows, columns, (row, column) => cost[row, column]);
        }

        int[] rowOfColumn = SolveWide(columns, rows, (column, row) => cost[row, column]);
        int[] columnOfRow = new int[rows];
        Array.Fill(columnOfRow, -1);
        for (int column = 0; column < columns; column++)
        {
            columnOfRow[rowOfColumn[column]] = column;
        }

        return columnOfRow;
    }

    private static int[] SolveWide(int rows, int columns, Func<int, int, double> cost)
    {
        // Index 0 is a spare row and column; the real ones count from 1.
        double[] rowPotential = new double[rows + 1];
        double[] columnPotential = new double[columns + 1];
        int[] rowOfColumn = new int[columns + 1];
        int[] previous = new int[columns + 1];
        for (int row = 1; row <= rows; row++)
        {
            rowOfColumn[0] = row;
            int end = FindPath(rowOfColumn, previous, rowPotential, columnPotential, cost);
            for (int column = end; column != 0; column = previous[column])
            {
                rowOfColumn[column] = rowOfColumn[previous[column]];
            }
        }

        int[] columnOfRow = new int[rows];
        for (int column = 1; column <= columns; column++)
        {
            if (rowOfColumn[column] > 0)
            {
                columnOfRow[rowOfColumn[column] - 1] = column - 1;
            }
        }

        return columnOfRow;
    }

    // Dijkstra from the new row over reduced costs to the nearest free column.
    private static int FindPath(int[] rowOfColumn, int[] previous, double[] rowPotential, double[] columnPotential,
        Func<int, int, double> cost)
    {
        double[] distance = new double[rowOfColumn.Length];
        Array.Fill(distance, double.PositiveInfinity);
        bool[] done = new bool[rowOfColumn.Length];
        int at = 0;
        do
        {
            done[at] = true;
            int row = rowOfColumn[at];
            int next = 0;
            double nearest = double.PositiveInfinity;
            for (int column = 1; column < distance.Length; column++)
            {
                if (done[column])
                {
                    continue;
                }

                double reduced = cost(row - 1, column - 1) - rowPotential[row] - columnPotential[column];
                if (reduced < distance[column])
                {
                    (distance[column], previous[column]) = (reduced, at);
                }

                if (distance[column] < nearest)
                {
                    (nearest, next) = (distance[column], column);
                }
            }

            for (int column = 0; column < distance.Length; column++)
            {
                if (done[column])
                {
                    rowPotential[rowOfColumn[column]] += nearest;
                    columnPotential[column] -= nearest;
                }
                else
                {
                    distance[column] -= nearest;
                }
            }

            at = next;
        }
        while (rowOfColumn[at] != 0);
        return at;
    }
}

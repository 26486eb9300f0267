using System.Globalization;

namespace MLNetGen.Tests.Docs.Figures;

/// <summary>A matrix as squares with numbers in them.</summary>
internal static class Grid
{
    public const int Cell = 26;

    /// <param name="canvas">Where to draw.</param>
    /// <param name="left">The left side.</param>
    /// <param name="top">The upper side.</param>
    /// <param name="values">Rows and columns; a cell of null has no number.</param>
    /// <param name="color">A cell's colour, by row and column.</param>
    public static void Draw(Canvas canvas, int left, int top, double?[,] values, Func<int, int, (byte R, byte G, byte B)> color)
    {
        for (int row = 0; row < values.GetLength(0); row++)
        {
            for (int column = 0; column < values.GetLength(1); column++)
            {
                int x = left + column * Cell, y = top + row * Cell;
                canvas.Fill(x, y, Cell, Cell, Colors.Line);
                canvas.Fill(x + 1, y + 1, Cell - 1, Cell - 1, color(row, column));
                if (values[row, column] is { } value)
                    canvas.Text(value.ToString("0.##", CultureInfo.InvariantCulture), x + Cell / 2.0, y + 7, Colors.Ink, anchor: 0.5, size: Canvas.LargeText - 2);
            }
        }
        // The grid's lower and right lines.
        canvas.Fill(left, top + values.GetLength(0) * Cell, values.GetLength(1) * Cell + 1, 1, Colors.Line);
        canvas.Fill(left + values.GetLength(1) * Cell, top, 1, values.GetLength(0) * Cell + 1, Colors.Line);
    }

    public static double?[,] Of(TorchSharp.torch.Tensor plane)
    {
        (int height, int width) = ((int)plane.shape[^2], (int)plane.shape[^1]);
        double[] numbers = [.. plane.to_type(TorchSharp.torch.ScalarType.Float64).contiguous().data<double>()];
        double?[,] values = new double?[height, width];
        for (int i = 0; i < numbers.Length; i++)
            values[i / width, i % width] = numbers[i];
        return values;
    }
}

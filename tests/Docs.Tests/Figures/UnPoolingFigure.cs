using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Docs.Figures;

/// <summary>Largest values of 2×2 squares, and three ways back to the former size.</summary>
internal static class UnPoolingFigure
{
    private const int Margin = 20, Heading = 40, Gap = 72;

    private static readonly double[] Values = [1, 3, 2, 1, 4, 2, 0, 5, 2, 0, 6, 1, 7, 1, 3, 2];

    public static IReadOnlyList<Picture> Draw()
    {
        using var scope = NewDisposeScope();
        Tensor input = tensor(Values, [1, 1, 4, 4]).to_type(float32);
        (Tensor pooled, Tensor places) = functional.max_pool2d_with_indices(input, [2, 2], strides: [2, 2]);
        (string Name, Tensor Plane, bool IsInput)[] grids =
        [
            ("input", input, true),
            ("max pooling 2×2", pooled, false),
            ("un-pooling", functional.max_unpool2d(pooled, places, [2, 2], [2, 2]), false),
            ("nearest neighbour", functional.interpolate(pooled, scale_factor: [2, 2], mode: InterpolationMode.Nearest), false),
            ("transposed, ones", functional.conv_transpose2d(pooled, ones(1, 1, 3, 3), strides: [2, 2], padding: [1, 1], output_padding: [1, 1]), false),
        ];
        using Canvas canvas = new(2 * Margin + grids.Length * 4 * Grid.Cell + (grids.Length - 1) * Gap + 40, 2 * Margin + Heading + 4 * Grid.Cell);
        for (int i = 0; i < grids.Length; i++)
        {
            int left = Margin + i * (4 * Grid.Cell + Gap);
            double?[,] values = Grid.Of(grids[i].Plane);
            canvas.Text(grids[i].Name, left, Margin, Colors.Ink, size: Canvas.LargeText);
            // Each largest value has its colour where it comes from.
            HashSet<long> largest = [.. places.data<long>()];
            bool isInput = grids[i].IsInput, isUnPooled = i == 2;
            Grid.Draw(canvas, left, Margin + Heading, values, (y, x) => (isInput || isUnPooled) && largest.Contains(y * 4 + x) ? Colors.Window : isInput ? Colors.Input : Colors.Output);
        }
        return [canvas.ToPicture()];
    }
}

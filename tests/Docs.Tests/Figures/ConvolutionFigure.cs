using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Docs.Figures;

/// <summary>A convolution and its transpose, a step a frame, by stride and padding; the numbers are the layers' own.</summary>
internal static class ConvolutionFigure
{
    private const int Kernel = 3, Margin = 20, Heading = 52, Gap = 24;

    // Whole numbers that stay small.
    private static readonly double[] KernelValues = [1, 0, 2, 0, 1, 0, 2, 0, 1];

    public static IReadOnlyList<Picture> Convolutions() => Frames([new(5, 1, 0), new(4, 1, 1), new(5, 2, 1)], DrawConvolution, frames: 16);

    public static IReadOnlyList<Picture> TransposedConvolutions() => Frames([new(3, 1, 0), new(3, 2, 0), new(3, 2, 1)], DrawTransposed, frames: 9);

    private delegate void Drawer(Canvas canvas, int left, int top, Panel panel, int frame);

    private sealed record Panel(int Size, int Stride, int Padding)
    {
        public int Convolved => (Size + 2 * Padding - Kernel) / Stride + 1;

        public int Transposed => (Size - 1) * Stride + Kernel - 2 * Padding;

        public Tensor Input => arange(Size * Size, dtype: float64).mul(7).add(3).remainder(6).reshape(1, 1, Size, Size);

        public static Tensor Weight => tensor(KernelValues, [1, 1, Kernel, Kernel]);
    }

    private static IReadOnlyList<Picture> Frames(Panel[] panels, Drawer draw, int frames)
    {
        using var scope = NewDisposeScope();
        int cells = panels.Max(panel => Math.Max(panel.Size + 2 * panel.Padding, panel.Transposed > panel.Convolved && draw == DrawTransposed ? panel.Transposed + 2 * panel.Padding : 0));
        int width = cells * Grid.Cell, upper = (draw == DrawTransposed ? panels[0].Size : cells) * Grid.Cell, lower = (draw == DrawTransposed ? cells : panels.Max(panel => panel.Convolved)) * Grid.Cell;
        List<Picture> pictures = [];
        for (int frame = 0; frame < frames; frame++)
        {
            using Canvas canvas = new(2 * Margin + panels.Length * width + (panels.Length - 1) * 2 * Gap + 130, 2 * Margin + Heading + upper + Gap + lower);
            for (int i = 0; i < panels.Length; i++)
                draw(canvas, Margin + i * (width + 2 * Gap), Margin, panels[i], frame);
            int right = Margin + panels.Length * (width + 2 * Gap);
            canvas.Text("kernel", right, Margin, Colors.Ink, size: Canvas.LargeText);
            Grid.Draw(canvas, right, Margin + Heading, Grid.Of(Panel.Weight), (_, _) => Colors.Window);
            pictures.Add(canvas.ToPicture());
        }
        return pictures;
    }

    private static void DrawConvolution(Canvas canvas, int left, int top, Panel panel, int frame)
    {
        (int size, int padding, int stride, int made) = (panel.Size, panel.Padding, panel.Stride, panel.Convolved);
        int now = Math.Min(frame, made * made - 1), row = now / made * stride, column = now % made * stride;
        Title(canvas, left, top, panel, made);
        double?[,] input = Grid.Of(functional.pad(panel.Input, [padding, padding, padding, padding]));
        Grid.Draw(canvas, left, top + Heading, input, (y, x) => y >= row && y < row + Kernel && x >= column && x < column + Kernel ? Colors.Window
            : IsPadding(y, size, padding) || IsPadding(x, size, padding) ? Colors.Padding : Colors.Input);
        double?[,] output = Grid.Of(functional.conv2d(panel.Input, Panel.Weight, strides: [stride, stride], padding: [padding, padding]));
        Hide(output, (y, x) => y * made + x > now);
        Grid.Draw(canvas, left + padding * Grid.Cell, top + Heading + (5 + 2) * Grid.Cell + Gap, output, (y, x) => y * made + x == now ? Colors.Now : Colors.Output);
    }

    private static void DrawTransposed(Canvas canvas, int left, int top, Panel panel, int frame)
    {
        (int size, int padding, int stride, int made) = (panel.Size, panel.Padding, panel.Stride, panel.Transposed);
        int whole = made + 2 * padding, now = Math.Min(frame, size * size - 1), row = now / size, column = now % size;
        Title(canvas, left, top, panel, made);
        Grid.Draw(canvas, left, top + Heading, Grid.Of(panel.Input), (y, x) => y * size + x == now ? Colors.Window : Colors.Input);
        // What is stamped so far: the layer itself, on an input whose later values are 0. What padding cuts off is grey.
        Tensor stamped = where(arange(size * size).reshape(1, 1, size, size) <= now, panel.Input, zeros_like(panel.Input));
        double?[,] output = Grid.Of(functional.conv_transpose2d(stamped, Panel.Weight, strides: [stride, stride]));
        Grid.Draw(canvas, left, top + Heading + size * Grid.Cell + Gap, output, (y, x) =>
            y >= row * stride && y < row * stride + Kernel && x >= column * stride && x < column * stride + Kernel ? Colors.Window
            : IsPadding(y, whole - 2 * padding, padding) || IsPadding(x, whole - 2 * padding, padding) ? Colors.Padding : Colors.Output);
    }

    private static void Title(Canvas canvas, int left, int top, Panel panel, int made)
    {
        canvas.Text($"stride {panel.Stride}, padding {panel.Padding}", left, top, Colors.Ink, size: Canvas.LargeText);
        canvas.Text($"{panel.Size}×{panel.Size} to {made}×{made}", left, top + 24, Colors.Soft, size: Canvas.LargeText - 2);
    }

    private static bool IsPadding(int place, int size, int padding) => place < padding || place >= padding + size;

    private static void Hide(double?[,] values, Func<int, int, bool> isHidden)
    {
        for (int y = 0; y < values.GetLength(0); y++)
        {
            for (int x = 0; x < values.GetLength(1); x++)
            {
                if (isHidden(y, x))
                    values[y, x] = null;
            }
        }
    }
}

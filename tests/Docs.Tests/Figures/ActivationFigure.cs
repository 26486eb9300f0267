using System.Globalization;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Docs.Figures;

/// <summary>ReLU, sigmoid and tanh in blue, their derivatives, by TorchSharp's own gradients, in red.</summary>
internal static class ActivationFigure
{
    private const int Margin = 46, Side = 260, Heading = 36;
    private const double Reach = 4, Highest = 1.5, Lowest = -1.25;

    public static IReadOnlyList<Picture> Draw()
    {
        using var scope = NewDisposeScope();
        (string Name, Func<Tensor, Tensor> Function)[] panels = [("ReLU", x => x.relu()), ("sigmoid", x => x.sigmoid()), ("tanh", x => x.tanh())];
        using Canvas canvas = new(Margin + panels.Length * (Side + Margin), Heading + Side + 64);
        for (int i = 0; i < panels.Length; i++)
        {
            int left = Margin + i * (Side + Margin);
            canvas.Text(panels[i].Name, left + Side / 2.0, 14, Colors.Ink, anchor: 0.5, size: Canvas.LargeText);
            Axes(canvas, left);
            Tensor x = linspace(-Reach, Reach, 801, dtype: float64).requires_grad_();
            Tensor y = panels[i].Function(x);
            y.sum().backward();
            canvas.Line(Curve(left, x, x.grad!), Colors.Red, 2.4, (9, 6), Heading, Heading + Side);
            canvas.Line(Curve(left, x, y), Colors.Blue, 2.8, null, Heading, Heading + Side);
        }
        int row = Heading + Side + 36;
        canvas.Line([(Margin, row + 7), (Margin + 34, row + 7)], Colors.Blue, 2.8);
        canvas.Text("the function", Margin + 44, row, Colors.Ink, size: Canvas.LargeText);
        canvas.Line([(Margin + 180, row + 7), (Margin + 214, row + 7)], Colors.Red, 2.4, (9, 6));
        canvas.Text("its derivative", Margin + 224, row, Colors.Ink, size: Canvas.LargeText);
        return [canvas.ToPicture()];
    }

    private static void Axes(Canvas canvas, int left)
    {
        for (int x = (int)-Reach; x <= Reach; x += 2)
        {
            canvas.Line([(X(left, x), Heading), (X(left, x), Heading + Side)], x == 0 ? Colors.Line : Colors.Padding, 1.2);
            canvas.Text(x.ToString(CultureInfo.InvariantCulture), X(left, x), Heading + Side + 8, Colors.Soft, anchor: 0.5, size: Canvas.LargeText - 3);
        }
        foreach (int y in (int[])[-1, 0, 1])
        {
            canvas.Line([(left, Y(y)), (left + Side, Y(y))], y == 0 ? Colors.Line : Colors.Padding, 1.2);
            canvas.Text(y.ToString(CultureInfo.InvariantCulture), left - 8, Y(y) - 5, Colors.Soft, anchor: 1, size: Canvas.LargeText - 3);
        }
    }

    private static (double, double)[] Curve(int left, Tensor x, Tensor y) => [.. x.data<double>().Zip(y.data<double>(), (a, b) => (X(left, a), Y(b)))];

    private static double X(int left, double x) => left + (x + Reach) / (2 * Reach) * Side;

    private static double Y(double y) => Heading + (Highest - y) / (Highest - Lowest) * Side;
}

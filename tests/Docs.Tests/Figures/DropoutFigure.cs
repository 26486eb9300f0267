namespace MLNetGen.Tests.Docs.Figures;

/// <summary>A small network as two steps of training see it, and as it is used.</summary>
internal static class DropoutFigure
{
    private const int Side = 260, Margin = 30, Heading = 34, Radius = 15;

    private static readonly int[] Units = [3, 5, 5, 2];

    public static IReadOnlyList<Picture> Draw()
    {
        // Hidden units that are out, by panel; with one in two, as many as not.
        (string Name, string Note, HashSet<(int Layer, int Unit)> Out)[] panels =
        [
            ("a training step", "what stays counts ×2", [(1, 0), (1, 3), (2, 1), (2, 2), (2, 4)]),
            ("the next one", "what stays counts ×2", [(1, 1), (1, 2), (1, 4), (2, 0), (2, 3)]),
            ("in use", "every unit, ×1", []),
        ];
        using Canvas canvas = new(Margin + panels.Length * (Side + Margin), Heading + Side + 40);
        for (int i = 0; i < panels.Length; i++)
        {
            int left = Margin + i * (Side + Margin);
            canvas.Text(panels[i].Name, left + Side / 2.0, 12, Colors.Ink, anchor: 0.5, size: Canvas.LargeText);
            canvas.Text(panels[i].Note, left + Side / 2.0, Heading + Side + 14, Colors.Soft, anchor: 0.5, size: Canvas.LargeText - 2);
            Network(canvas, left, panels[i].Out);
        }
        return [canvas.ToPicture()];
    }

    private static void Network(Canvas canvas, int left, HashSet<(int Layer, int Unit)> absent)
    {
        for (int layer = 0; layer + 1 < Units.Length; layer++)
        {
            for (int from = 0; from < Units[layer]; from++)
            {
                for (int to = 0; to < Units[layer + 1]; to++)
                {
                    if (!absent.Contains((layer, from)) && !absent.Contains((layer + 1, to)))
                        canvas.Line([Place(left, layer, from), Place(left, layer + 1, to)], Colors.Line, 1.2);
                }
            }
        }
        for (int layer = 0; layer < Units.Length; layer++)
        {
            for (int unit = 0; unit < Units[layer]; unit++)
            {
                (double x, double y) = Place(left, layer, unit);
                bool isOut = absent.Contains((layer, unit));
                canvas.Dot(x, y, Radius, isOut ? Colors.Line : Colors.Blue);
                canvas.Dot(x, y, Radius - 2, isOut ? Colors.White : Colors.Input);
                if (!isOut)
                    continue;
                canvas.Line([(x - 8, y - 8), (x + 8, y + 8)], Colors.Red, 2);
                canvas.Line([(x - 8, y + 8), (x + 8, y - 8)], Colors.Red, 2);
            }
        }
    }

    private static (double X, double Y) Place(int left, int layer, int unit) =>
        (left + Radius + layer * (Side - 2.0 * Radius) / (Units.Length - 1), Heading + Side / 2.0 + (unit - (Units[layer] - 1) / 2.0) * 48);
}

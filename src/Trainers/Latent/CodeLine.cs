namespace MLNetGen.Latent;

/// <summary>Codes of one number along a line, a strip for each label, over the pictures that the line is decoded to.</summary>
internal static class CodeLine
{
    private const int Plot = 900, Strip = 24, Right = 20, Top = 16, AxisHeight = 40;

    // Not one that made-up rows are drawn by, whose labels would show in the heights.
    private const int Seed = int.MinValue;

    private static readonly (byte, byte, byte) Ink = (40, 40, 48), Faint = (228, 228, 233);

    /// <param name="codes">One number a row.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="from">Where the line begins; codes beyond are left out.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="pictures">What its equal parts, from left to right, are decoded to in their middles.</param>
    public static Picture Draw(IReadOnlyList<double> codes, IReadOnlyList<string> labels, double from, double to, IReadOnlyList<Picture> pictures)
    {
        LabelColors colors = new(labels);
        string[] strips = colors.Legend.Count == 0 ? [""] : [.. colors.Legend.Select(entry => entry.Name)];
        int left = 16 + (int)strips.Max(name => Canvas.WidthOf(name.Length == 0 ? "" : LatentScatter.NameOf(name))), cell = Plot / pictures.Count, bottom = Top + (strips.Length * Strip);
        using Canvas canvas = new(left + Plot + Right, bottom + AxisHeight + cell + 12);
        double Place(double code) => left + (Plot * (code - from) / (to - from));

        AxisTicks ticks = AxisTicks.Cover(from, to, 9);
        foreach (double tick in ticks.Values.Where(tick => tick >= from && tick <= to))
        {
            canvas.Line([(Place(tick), Top), (Place(tick), bottom)], Faint, 1);
            canvas.Text(ticks.Label(tick), Place(tick), bottom + 8, Ink, anchor: 0.5);
        }
        for (int row = 0; row < codes.Count; row++)
        {
            if (codes[row] < from || codes[row] > to)
                continue;
            int strip = strips.Length == 1 ? 0 : Array.IndexOf(strips, colors.NameOf(labels[row]));
            // Above and below each other by chance, so that many equal codes do not look like one.
            double height = new RowRandom(Seed, row).NextDouble(3, Strip - 3);
            canvas.Dot(Place(codes[row]), Top + (strip * Strip) + height, 2, colors.Of(labels[row]), 0.5);
        }
        for (int i = 0; i < strips.Length; i++)
        {
            canvas.Line([(left, Top + ((i + 1) * Strip)), (left + Plot, Top + ((i + 1) * Strip))], Faint, 1);
            if (strips[i].Length > 0 || strips.Length > 1)
                canvas.Text(LatentScatter.NameOf(strips[i]), left - 8, Top + (i * Strip) + 8, Ink, anchor: 1);
        }
        for (int i = 0; i < pictures.Count; i++)
            canvas.Place(pictures[i], left + (Plot * i / pictures.Count), bottom + AxisHeight, cell - 2, cell - 2);
        return canvas.ToPicture();
    }
}

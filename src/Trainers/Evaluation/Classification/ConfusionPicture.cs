using System.Globalization;

namespace MLNetGen.Classification;

/// <summary>
/// A confusion matrix as a picture: a row a label, a column a prediction, each cell as dark as the square root of its share of the
/// row, so that rare mistakes show too. What is right lies on the diagonal in blue, mistakes are orange. Of more than 1,000 classes
/// neighbours share a cell, and mistakes among them are not drawn.
/// </summary>
internal static class ConfusionPicture
{
    private const int Margin = 10, MaxNameLength = 18, Side = 1600, MaxCells = 1000;

    // From this size on a cell has room for a number of three digits, for a name, for anything at all.
    private const int SizeForCounts = 26, SizeForNames = 10, MinSize = 2;

    private const double Faintest = 0.15;

    private static readonly (byte R, byte G, byte B) Ink = (48, 48, 48), Paper = (255, 255, 255), Right = (22, 103, 201), Wrong = (199, 81, 12), Grid = (232, 234, 238);

    public static Picture Draw(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<int>> counts)
    {
        (int[][] cells, int[] supports) = Merge(counts);
        int classes = cells.Length;
        int size = SizeOf(classes);
        bool named = size >= SizeForNames;
        int text = size >= 40 ? Canvas.LargeText : Canvas.SmallText;
        string[] shown = named ? [.. names.Select(Short)] : [];
        int room = named ? (int)Math.Ceiling(shown.Max(name => Canvas.WidthOf(name, text))) + 8 : 0;
        const string Down = "label", Across = "prediction";
        int left = Margin + 16 + room, top = Margin + 16 + room, side = classes * size;
        using Canvas picture = new(left + side + Margin + 1, top + side + Margin + 1);

        for (int row = 0; row < classes; row++)
        {
            for (int column = 0; column < classes; column++)
                Cell(picture, left + (column * size), top + (row * size), size, cells[row][column], supports[row], row == column);
        }
        for (int i = 0; i < shown.Length; i++)
        {
            double middle = (i * size) + ((size - Canvas.CapitalsOf(text)) / 2);
            picture.Text(shown[i], left - 6, top + middle, Ink, anchor: 1, text);
            picture.TextUpwards(shown[i], left + middle, top - 6, Ink, size: text);
        }
        picture.Text(Across, left + (side / 2.0), Margin, Ink, anchor: 0.5);
        picture.TextUpwards(Down, Margin, top + (side / 2.0), Ink, anchor: 0.5);
        return picture.ToPicture();
    }

    /// <summary>0 to 1: the square root of the share, and a single mistake among thousands still shows.</summary>
    public static double Darkness(int count, int support) => count == 0 ? 0 : Math.Max(Faintest, Math.Sqrt((double)count / support));

    // A picture of 10,000 classes would take a gigabyte.
    private static (int[][] Cells, int[] Supports) Merge(IReadOnlyList<IReadOnlyList<int>> counts)
    {
        int block = ((counts.Count - 1) / MaxCells) + 1, count = ((counts.Count - 1) / block) + 1;
        int[][] cells = [.. Enumerable.Range(0, count).Select(_ => new int[count])];
        int[] supports = new int[count];
        for (int row = 0; row < counts.Count; row++)
        {
            for (int column = 0; column < counts.Count; column++)
            {
                supports[row / block] += counts[row][column];
                if (row == column || row / block != column / block)
                    cells[row / block][column / block] += counts[row][column];
            }
        }
        return (cells, supports);
    }

    private static int SizeOf(int classes) => classes <= 12 ? 52 : classes <= 40 ? Math.Max(SizeForCounts, 800 / classes) : Math.Max(MinSize, Math.Min(14, Side / classes));

    private static void Cell(Canvas picture, int left, int top, int size, int count, int support, bool isRight)
    {
        double dark = Darkness(count, support);
        (byte R, byte G, byte B) hue = isRight ? Right : Wrong;
        picture.Fill(left, top, size, size, Grid);
        int inner = size >= 6 ? size - 1 : size;
        picture.Fill(left, top, inner, inner, (Mix(hue.R, dark), Mix(hue.G, dark), Mix(hue.B, dark)));
        if (size < SizeForCounts || count == 0)
            return;
        string text = count.ToString(CultureInfo.InvariantCulture);
        int textSize = size >= 40 && Canvas.WidthOf(text, Canvas.LargeText) <= inner - 4 ? Canvas.LargeText : Canvas.SmallText;
        if (Canvas.WidthOf(text, textSize) <= inner)
            picture.Text(text, left + (inner / 2.0), top + ((inner - Canvas.CapitalsOf(textSize)) / 2), dark > 0.65 ? Paper : Ink, anchor: 0.5, textSize);
    }

    private static byte Mix(byte hue, double dark) => (byte)Math.Round(255 + ((hue - 255) * dark));

    private static string Short(string name) => name.Length <= MaxNameLength ? name : name[..(MaxNameLength - 1)] + "…";
}

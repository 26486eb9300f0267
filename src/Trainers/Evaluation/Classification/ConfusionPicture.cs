using System.Globalization;

namespace MLNetGen.Classification;

/// <summary>
/// A confusion matrix as a picture: a row a label, a column a prediction, each cell as dark as the square root of its share of the
/// row, so that rare mistakes show too. What is right lies on the diagonal in blue, mistakes are orange. Of more than 1,000 classes
/// neighbours share a cell, and mistakes among them are not drawn.
/// </summary>
internal static class ConfusionPicture
{
    private const int Margin = 10, LongestName = 18, Side = 1600, MostCells = 1000;

    // From this size on a cell has room for a number of three digits, for a name, for anything at all.
    private const int SizeForCounts = 26, SizeForNames = BitmapFont.Height + 1, LeastSize = 2;

    private const double Faintest = 0.15;

    private static readonly (byte R, byte G, byte B) Ink = (48, 48, 48), Paper = (255, 255, 255), Right = (22, 103, 201), Wrong = (199, 81, 12), Grid = (232, 234, 238);

    public static Picture Draw(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<int>> counts)
    {
        (int[][] cells, int[] supports) = Merge(counts);
        int classes = cells.Length;
        int size = SizeOf(classes);
        bool named = size >= SizeForNames;
        int scale = size >= 40 ? 2 : 1;
        string[] shown = named ? [.. names.Select(Short)] : [];
        int room = named ? shown.Max(name => BitmapFont.WidthOf(name, scale)) + 8 : 0;
        const string Down = "label", Across = "prediction";
        int left = Margin + 16 + room, top = Margin + 16 + room, side = classes * size;
        Picture picture = Canvas.Blank(left + side + Margin + 1, top + side + Margin + 1);

        for (int row = 0; row < classes; row++)
        {
            for (int column = 0; column < classes; column++)
                Cell(picture, left + (column * size), top + (row * size), size, cells[row][column], supports[row], row == column);
        }
        for (int i = 0; i < shown.Length; i++)
        {
            int middle = (i * size) + ((size - (7 * scale)) / 2);
            BitmapFont.Draw(picture, shown[i], left - 6 - BitmapFont.WidthOf(shown[i], scale), top + middle, Ink, scale);
            Upwards(picture, shown[i], left + middle, top - 6, scale);
        }
        BitmapFont.Draw(picture, Across, left + ((side - BitmapFont.WidthOf(Across)) / 2), Margin, Ink);
        Upwards(picture, Down, Margin, top + ((side + BitmapFont.WidthOf(Down)) / 2), 1);
        return picture;
    }

    /// <summary>0 to 1: the square root of the share, and a single mistake among thousands still shows.</summary>
    public static double Darkness(int count, int support) => count == 0 ? 0 : Math.Max(Faintest, Math.Sqrt((double)count / support));

    // A picture of 10,000 classes would take a gigabyte.
    private static (int[][] Cells, int[] Supports) Merge(IReadOnlyList<IReadOnlyList<int>> counts)
    {
        int block = ((counts.Count - 1) / MostCells) + 1, count = ((counts.Count - 1) / block) + 1;
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

    private static int SizeOf(int classes) => classes <= 12 ? 52 : classes <= 40 ? Math.Max(SizeForCounts, 800 / classes) : Math.Max(LeastSize, Math.Min(14, Side / classes));

    private static void Cell(Picture picture, int left, int top, int size, int count, int support, bool isRight)
    {
        double dark = Darkness(count, support);
        (byte R, byte G, byte B) hue = isRight ? Right : Wrong;
        Canvas.Fill(picture, left, top, size, size, Grid);
        int inner = size >= 6 ? size - 1 : size;
        Canvas.Fill(picture, left, top, inner, inner, (Mix(hue.R, dark), Mix(hue.G, dark), Mix(hue.B, dark)));
        if (size < SizeForCounts || count == 0)
            return;
        string text = count.ToString(CultureInfo.InvariantCulture);
        int scale = size >= 40 && BitmapFont.WidthOf(text, 2) <= inner - 4 ? 2 : 1;
        if (BitmapFont.WidthOf(text, scale) <= inner)
            BitmapFont.Draw(picture, text, left + ((inner - BitmapFont.WidthOf(text, scale)) / 2), top + ((inner - (7 * scale)) / 2), dark > 0.65 ? Paper : Ink, scale);
    }

    private static byte Mix(byte hue, double dark) => (byte)Math.Round(255 + ((hue - 255) * dark));

    // Text that reads from below, beginning at the bottom.
    private static void Upwards(Picture picture, string text, int left, int bottom, int scale)
    {
        int length = BitmapFont.WidthOf(text, scale), height = BitmapFont.Height * scale;
        Picture line = Canvas.Blank(length, height);
        BitmapFont.Draw(line, text, 0, 0, Ink, scale);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < length; x++)
            {
                if (bottom - x >= 0 && line.Pixels[((y * length) + x) * 3] != 255)
                {
                    int at = (((bottom - x) * picture.Width) + left + y) * 3;
                    (picture.Pixels[at], picture.Pixels[at + 1], picture.Pixels[at + 2]) = Ink;
                }
            }
        }
    }

    private static string Short(string name) => name.Length <= LongestName ? name : name[..(LongestName - 2)] + "..";
}

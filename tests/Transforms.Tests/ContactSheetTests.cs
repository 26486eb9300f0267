namespace MLNetGen.Tests;

public class ContactSheetTests
{
    [Fact]
    public void Twenty_pictures_in_five_columns_each_over_its_step()
    {
        var pictures = Enumerable.Range(0, 20).Select(i => (Solid(64, 64, (byte)(10 * i)), $"Step: {i * 50}")).ToArray();
        var sheet = ContactSheet.Draw(pictures);
        // 64 pixels twice are 128; 12 between, 24 for the caption.
        Assert.Equal((12 + 5 * 140, 12 + 4 * 164), (sheet.Width, sheet.Height));
        for (var i = 0; i < 20; i++)
        {
            var (left, top) = (12 + i % 5 * 140, 12 + i / 5 * 164);
            Assert.All([(left, top), (left + 127, top + 127)], p => Assert.Equal(10 * i, Grey(sheet, p.Item1, p.Item2)));
            Assert.Equal(255, Grey(sheet, left - 1, top));
            // Ink under the picture, in the middle, and no wider than the words.
            var ink = Ink(sheet, left, top + 128, 128, 24);
            Assert.InRange(ink.Right - ink.Left + 1, Canvas.WidthOf(pictures[i].Item2, Canvas.LargeText) - 4, Canvas.WidthOf(pictures[i].Item2, Canvas.LargeText) + 1);
            Assert.InRange(ink.Left + ink.Right - 2 * left, 125, 129);
        }
    }

    [Fact]
    public void Other_words_look_otherwise_and_the_same_words_the_same()
    {
        Assert.NotEqual(Sheet("Step: 1"), Sheet("Step: 2"));
        Assert.Equal(Sheet("Step: 1"), Sheet("Step: 1"));
        var glyphs = Enumerable.Range(' ', 95).Select(c => string.Join(",", Letter((char)c).Pixels)).ToList();
        Assert.Equal(95, glyphs.Distinct().Count());

        static byte[] Sheet(string caption) => ContactSheet.Draw([(Solid(64, 64, 0), caption)]).Pixels;
    }

    [Fact]
    public void Digits_are_equally_wide_so_that_counters_stand_still() =>
        Assert.Single(Enumerable.Range(0, 10).Select(digit => Canvas.WidthOf($"Step: {digit}")).Distinct());

    [Fact]
    public void Letters_of_other_languages_are_in_the_font_itself()
    {
        string[] letters = ["ä", "é", "ł", "Ω", "ж", "−", "×", "…"];
        Assert.Equal(letters.Length, letters.Select(letter => string.Join(",", Letter(letter[0]).Pixels)).Distinct().Count());
    }

    [Fact]
    public void Fine_patterns_are_averaged_when_they_are_made_smaller()
    {
        // Black and white columns by turns are grey from afar.
        var stripes = new Picture(512, 512, 1, [.. Enumerable.Range(0, 512 * 512).Select(i => (byte)(i % 2 * 255))]);
        var sheet = ContactSheet.Draw([(stripes, "")], cellSize: 256);
        Assert.Equal((256 + 24, 256 + 48), (sheet.Width, sheet.Height));
        Assert.All(Enumerable.Range(12, 256), x => Assert.Equal(128, Grey(sheet, x, 100)));
    }

    [Fact]
    public void Shrinking_keeps_the_mean_at_any_ratio()
    {
        var picture = new Picture(37, 23, 3, [.. Enumerable.Range(0, 37 * 23 * 3).Select(i => (byte)(i * 97))]);
        var small = PictureShrink.ToFit(picture, 20, 20);
        Assert.Equal((20, 12), (small.Width, small.Height));
        Assert.Equal(picture.Pixels.Average(p => p), small.Pixels.Average(p => p), 0.5);
        Assert.Same(picture, PictureShrink.ToFit(picture, 37, 23));
    }

    [Fact]
    public void Captions_too_long_for_their_cell_do_not_reach_the_next()
    {
        var sheet = ContactSheet.Draw([(Solid(64, 64, 0), new string('W', 60)), (Solid(64, 64, 0), "")]);
        var ink = Ink(sheet, 0, 12 + 128, sheet.Width, 24);
        Assert.InRange(ink.Left, 12, 20);
        Assert.InRange(ink.Right, 120, 12 + 127);
    }

    [Fact]
    public void A_caption_wider_than_its_cell_is_whole_in_two_lines()
    {
        const string First = "bicubic", Second = "29.8 dB 0.97";
        Picture truth = Solid(96, 96, 0);
        var sheet = ContactSheet.Draw([(truth, $"{First}\n{Second}"), (truth, First), (truth, Second)]);
        Assert.True(Canvas.WidthOf($"{First} {Second}") > 96);
        // The upper line's ink and the lower one's, with nothing between them.
        (int upper, int lower) = (12 + 96, 12 + 96 + 12);
        Assert.All(Enumerable.Range(12, 96), x => Assert.Equal(255, Grey(sheet, x, lower - 1)));
        foreach ((int top, int height, string line) in (IEnumerable<(int, int, string)>)[(upper, 11, First), (lower, 12, Second)])
        {
            var ink = Ink(sheet, 12, top, 96, height);
            Assert.InRange(ink.Right - ink.Left + 1, Canvas.WidthOf(line) - 3, Canvas.WidthOf(line) + 1);
        }
        // Where there is room it is one.
        Assert.Equal(ContactSheet.Draw([(Solid(256, 256, 0), $"{First} {Second}")]).Pixels, ContactSheet.Draw([(Solid(256, 256, 0), $"{First}\n{Second}")]).Pixels);
    }

    [Fact]
    public void So_many_rows_that_the_sheet_would_be_too_high_have_smaller_cells()
    {
        // 100 rows: (16384 − 12) / 100 − 12 − 24 = 127 for a cell that would be 256 high.
        var sheet = ContactSheet.Draw([.. Enumerable.Range(0, 100).Select(i => (Solid(512, 256 * 2, (byte)(2 * i)), ""))], columns: 1);
        Assert.Equal((127 + 24, 12 + 100 * (127 + 36)), (sheet.Width, sheet.Height));
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(2 * i, Grey(sheet, 12 + 60, 12 + i * 163 + 60)));
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ContactSheet.Draw([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Draw([(Solid(4, 4, 0), "")], columns: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Draw([(Solid(4, 4, 0), "")], cellSize: 0));
    }

    [Fact]
    public void So_many_columns_that_the_sheet_would_be_too_wide_have_smaller_cells()
    {
        // 70 columns: (16384 − 12) / 70 − 12 = 221 for a cell that would be 256 wide.
        var sheet = ContactSheet.Draw([.. Enumerable.Range(0, 70).Select(i => (Solid(512, 512, (byte)(2 * i)), ""))], columns: 70);
        Assert.Equal((12 + 70 * (221 + 12), 221 + 48), (sheet.Width, sheet.Height));
        Assert.All(Enumerable.Range(0, 70), i => Assert.Equal(2 * i, Grey(sheet, 12 + i * 233 + 110, 100)));
    }

    [Fact]
    public void Where_captions_alone_are_too_long_for_a_sheet_all_is_drawn_smaller()
    {
        // 12 + 1,000 · (128 + 36) = 164,012 units down, on 16,384 pixels.
        var sheet = ContactSheet.Draw([.. Enumerable.Range(0, 1000).Select(i => (Solid(64, 64, (byte)(i / 4)), $"{i}"))], columns: 1);
        const double Scale = 16384 / 164012.0;
        Assert.Equal(((int)Math.Round(152 * Scale), 16384), (sheet.Width, sheet.Height));
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Equal(i / 4, Grey(sheet, 7, (int)((12 + i * 164 + 64) * Scale))));
    }

    private static Picture Letter(char c)
    {
        using Canvas canvas = new(24, 24);
        canvas.Text(c.ToString(), 2, 4, (0, 0, 0), size: Canvas.LargeText);
        return canvas.ToPicture();
    }

    private static Picture Solid(int width, int height, byte grey) => new(width, height, 1, [.. Enumerable.Repeat(grey, width * height)]);

    private static int Grey(Picture picture, int x, int y) => picture.Pixels[(y * picture.Width + x) * 3];

    private static (int Left, int Right) Ink(Picture picture, int left, int top, int width, int height)
    {
        var columns = Enumerable.Range(left, width).Where(x => Enumerable.Range(top, height).Any(y => Grey(picture, x, y) < 255)).ToList();
        return (columns.Min(), columns.Max());
    }
}

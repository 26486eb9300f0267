namespace MLNetGen;

/// <summary>Small text on pictures: the printable ASCII characters, five pixels wide and seven high, drawn for this project.</summary>
internal static class BitmapFont
{
    /// <summary>Height of a line in the font's pixels; the last two rows lie below the base line.</summary>
    public const int Height = 9;

    private const int CellWidth = 5, Gap = 1, SpaceWidth = 3, PerBlock = 16;
    private const char First = ' ', Last = '~', Unknown = '?';

    // Sixteen characters a block, in the order of their codes from the space on.
    private const string Drawing = """
        ..... ..#.. .#.#. .#.#. ..#.. ##..# .##.. ..#.. ...#. .#... ..... ..... ..... ..... ..... ....#
        ..... ..#.. .#.#. .#.#. .#### ##..# #..#. ..#.. ..#.. ..#.. ..#.. ..#.. ..... ..... ..... ....#
        ..... ..#.. .#.#. ##### #.#.. ...#. #.#.. ..#.. .#... ...#. #.#.# ..#.. ..... ..... ..... ...#.
        ..... ..#.. ..... .#.#. .###. ..#.. .#... ..... .#... ...#. .###. ##### ..... .###. ..... ..#..
        ..... ..#.. ..... ##### ..#.# .#... #.#.# ..... .#... ...#. #.#.# ..#.. ..... ..... ..... .#...
        ..... ..... ..... .#.#. ####. #..## #..#. ..... ..#.. ..#.. ..#.. ..#.. ..... ..... ..... #....
        ..... ..#.. ..... .#.#. ..#.. #..## .##.# ..... ...#. .#... ..... ..... ..#.. ..... ..#.. #....
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .#... ..... ..... .....
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
        .###. ..#.. .###. .###. ...#. ##### ..##. ##### .###. .###. ..... ..... ...#. ..... .#... .###.
        #...# .##.. #...# #...# ..##. #.... .#... ....# #...# #...# ..... ..... ..#.. ..... ..#.. #...#
        #..## ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...# ..#.. ..#.. .#... .###. ...#. ....#
        #.#.# ..#.. ...#. ..##. #..#. ....# ####. ...#. .###. .#### ..... ..... #.... ..... ....# ...#.
        ##..# ..#.. ..#.. ....# ##### ....# #...# ..#.. #...# ....# ..... ..... .#... .###. ...#. ..#..
        #...# ..#.. .#... #...# ...#. #...# #...# ..#.. #...# ...#. ..... ..... ..#.. ..... ..#.. .....
        .###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .##.. ..#.. ..#.. ...#. ..... .#... ..#..
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .#... ..... ..... ..... .....
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
        .###. .###. ####. .###. ####. ##### ##### .###. #...# .###. ..### #...# #.... #...# #...# .###.
        #...# #...# #...# #...# #...# #.... #.... #...# #...# ..#.. ...#. #..#. #.... ##.## ##..# #...#
        #.### #...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#. #.#.. #.... #.#.# ##..# #...#
        #.#.# ##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#. ##... #.... #.#.# #.#.# #...#
        #.### #...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#. #.#.. #.... #...# #..## #...#
        #.... #...# #...# #...# #...# #.... #.... #...# #...# ..#.. #..#. #..#. #.... #...# #..## #...#
        .###. #...# ####. .###. ####. ##### #.... .###. #...# .###. .##.. #...# ##### #...# #...# .###.
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
        ####. .###. ####. .###. ##### #...# #...# #...# #...# #...# ##### .###. #.... .###. ..#.. .....
        #...# #...# #...# #...# ..#.. #...# #...# #...# #...# #...# ....# .#... #.... ...#. .#.#. .....
        #...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#. .#... .#... ...#. #...# .....
        ####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#.. .#... ..#.. ...#. ..... .....
        #.... #.#.# #.#.. ....# ..#.. #...# .#.#. #.#.# .#.#. ..#.. .#... .#... ...#. ...#. ..... .....
        #.... #..#. #..#. #...# ..#.. #...# .#.#. ##.## #...# ..#.. #.... .#... ....# ...#. ..... .....
        #.... .##.# #...# .###. ..#.. .###. ..#.. #...# #...# ..#.. ##### .###. ....# .###. ..... .....
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... #####
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
        .#... ..... #.... ..... ....# ..... ..##. ..... #.... ..#.. ...#. #.... .##.. ..... ..... .....
        ..#.. ..... #.... ..... ....# ..... .#... ..... #.... ..... ..... #.... ..#.. ..... ..... .....
        ..... .###. ####. .###. .#### .###. ####. .#### ####. .##.. ..##. #..#. ..#.. ##.#. ####. .###.
        ..... ....# #...# #...# #...# #...# .#... #...# #...# ..#.. ...#. #.#.. ..#.. #.#.# #...# #...#
        ..... .#### #...# #.... #...# ##### .#... #...# #...# ..#.. ...#. ##... ..#.. #.#.# #...# #...#
        ..... #...# #...# #...# #...# #.... .#... #...# #...# ..#.. ...#. #.#.. ..#.. #.#.# #...# #...#
        ..... .#### ####. .###. .#### .###. .#... .#### #...# .###. ...#. #..#. .###. #.#.# #...# .###.
        ..... ..... ..... ..... ..... ..... ..... ....# ..... ..... #..#. ..... ..... ..... ..... .....
        ..... ..... ..... ..... ..... ..... ..... .###. ..... ..... .##.. ..... ..... ..... ..... .....
        ..... ..... ..... ..... .#... ..... ..... ..... ..... ..... ..... ...## ..#.. ##... .....
        ..... ..... ..... ..... .#... ..... ..... ..... ..... ..... ..... ..#.. ..#.. ..#.. .....
        ####. .#### #.##. .#### ####. #...# #...# #...# #...# #...# ##### ..#.. ..#.. ..#.. .#..#
        #...# #...# ##..# #.... .#... #...# #...# #...# .#.#. #...# ...#. .#... ..#.. ...#. #.##.
        #...# #...# #.... .###. .#... #...# #...# #.#.# ..#.. #...# ..#.. ..#.. ..#.. ..#.. .....
        #...# #...# #.... ....# .#..# #..## .#.#. #.#.# .#.#. #...# .#... ..#.. ..#.. ..#.. .....
        ####. .#### #.... ####. ..##. .##.# ..#.. .#.#. #...# .#### ##### ...## ..#.. ##... .....
        #.... ....# ..... ..... ..... ..... ..... ..... ..... ....# ..... ..... ..... ..... .....
        #.... ....# ..... ..... ..... ..... ..... ..... ..... .###. ..... ..... ..... ..... .....
        """;

    private static readonly Glyph[] Glyphs = Parse();

    /// <summary>Width of a line of text in pixels.</summary>
    /// <param name="text">One line; characters that the font lacks are drawn as a question mark.</param>
    /// <param name="scale">How many pixels a pixel of the font is high and wide.</param>
    public static int WidthOf(string text, int scale = 1) =>
        text.Length == 0 ? 0 : (text.Sum(c => GlyphOf(c).Width) + (text.Length - 1) * Gap) * scale;

    /// <summary>Draws a line of text; what lies outside of the picture is left out.</summary>
    /// <param name="picture">A picture of three channels.</param>
    /// <param name="text">As for <see cref="WidthOf"/>.</param>
    /// <param name="left">Where the text begins.</param>
    /// <param name="top">Top of the capital letters.</param>
    /// <param name="ink">The text's colour.</param>
    /// <param name="scale">As for <see cref="WidthOf"/>.</param>
    public static void Draw(Picture picture, string text, int left, int top, (byte R, byte G, byte B) ink, int scale = 1)
    {
        foreach (char c in text)
        {
            var glyph = GlyphOf(c);
            for (var y = 0; y < Height * scale; y++)
                for (var x = 0; x < glyph.Width * scale; x++)
                    if ((glyph.Rows[y / scale] >> (x / scale) & 1) != 0)
                        Set(picture, left + x, top + y, ink);
            left += (glyph.Width + Gap) * scale;
        }
    }

    private static void Set(Picture picture, int x, int y, (byte R, byte G, byte B) ink)
    {
        if (x < 0 || y < 0 || x >= picture.Width || y >= picture.Height)
            return;
        var at = (y * picture.Width + x) * 3;
        (picture.Pixels[at], picture.Pixels[at + 1], picture.Pixels[at + 2]) = ink;
    }

    private static Glyph GlyphOf(char c) => c switch
    {
        >= First and <= Last => Glyphs[c - First],
        '−' => GlyphOf('-'),
        '×' => GlyphOf('x'),
        _ => GlyphOf(Unknown),
    };

    private static Glyph[] Parse()
    {
        var lines = Drawing.Split('\n');
        var glyphs = new Glyph[Last - First + 1];
        for (var i = 0; i < glyphs.Length; i++)
            glyphs[i] = Parse((char)(First + i), lines.AsSpan(i / PerBlock * Height, Height), i % PerBlock * (CellWidth + 1));
        return glyphs;
    }

    // Letters are as wide as their ink; digits keep the whole cell, so that a counter stands still.
    private static Glyph Parse(char c, ReadOnlySpan<string> lines, int column)
    {
        var rows = new int[Height];
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < CellWidth; x++)
                rows[y] |= lines[y][column + x] == '#' ? 1 << x : 0;
        if (c == ' ')
            return new Glyph(SpaceWidth, rows);
        if (char.IsAsciiDigit(c))
            return new Glyph(CellWidth, rows);
        var ink = rows.Aggregate(0, (all, row) => all | row);
        var left = int.TrailingZeroCount(ink);
        return new Glyph(32 - int.LeadingZeroCount(ink) - left, [.. rows.Select(row => row >> left)]);
    }

    /// <param name="Width">In the font's pixels.</param>
    /// <param name="Rows">Bit x is set where pixel x has ink.</param>
    private readonly record struct Glyph(int Width, int[] Rows);
}

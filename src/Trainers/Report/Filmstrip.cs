using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MLNetGen;

/// <summary>Pictures of one thing as training went on, with a slider to step through them.</summary>
/// <remarks>
/// All pictures but the last are marked hidden, and so are the controls: without scripts the last one is what shows.
/// On paper all of them show, side by side.
/// </remarks>
internal static class Filmstrip
{
    /// <summary>The most pictures in the page; of more, an even choice is embedded.</summary>
    public const int MaxFrames = 20;

    public static string ToHtml(IReadOnlyList<(string Label, EmbeddedPicture Picture)> frames, string title, int roomWidth, int roomHeight)
    {
        var html = new StringBuilder("<div class=\"filmstrip\">\n<div class=\"frames\">\n");
        for (int i = 0; i < frames.Count; i++)
        {
            string hidden = i < frames.Count - 1 ? " hidden=\"hidden\"" : "";
            string label = Html.Escape(frames[i].Label);
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"frame\"{hidden}>{frames[i].Picture.ToHtml($"{title}, {frames[i].Label}", roomWidth, roomHeight)}<p class=\"label\">{label}</p></div>\n");
        }
        html.Append("</div>\n");
        if (frames.Count > 1)
        {
            int last = frames.Count - 1;
            html.Append("<div class=\"controls\" hidden=\"hidden\"><button type=\"button\" aria-label=\"Play\"></button>");
            html.Append(CultureInfo.InvariantCulture, $"<input type=\"range\" min=\"0\" max=\"{last}\" step=\"1\" value=\"{last}\" autocomplete=\"off\" aria-label=\"{Html.Escape(title)}: step through training\"/></div>\n");
            html.Append("<noscript><p class=\"caption\">The slider needs scripts; this is the last picture.</p></noscript>\n");
        }
        return html.Append("</div>\n").ToString();
    }
}

/// <summary>A few of many, evenly spread, with the first and the last always among them.</summary>
internal static class EvenChoice
{
    /// <summary>Ascending, distinct indices into <paramref name="count"/> things; at most <paramref name="most"/> (2 or more).</summary>
    public static IReadOnlyList<int> Of(int count, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        if (count <= most)
            return [.. Enumerable.Range(0, count)];
        return [.. Enumerable.Range(0, most).Select(i => (int)Math.Round((double)i * (count - 1) / (most - 1)))];
    }
}

/// <summary>A PNG file's bytes inside the page.</summary>
internal sealed class EmbeddedPicture
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private readonly byte[] _bytes;
    private readonly int _width;
    private readonly int _height;

    private EmbeddedPicture(byte[] bytes)
    {
        _bytes = bytes;
        // The first chunk is always the header: width and height follow its length and name.
        _width = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16));
        _height = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20));
    }

    /// <summary>Null, and the reason for people, where the file is absent, unreadable or no PNG.</summary>
    public static EmbeddedPicture? TryRead(string path, out string problem)
    {
        problem = "";
        string name = Path.GetFileName(path);
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.Length >= 24 && bytes.AsSpan().StartsWith(Signature))
                return new EmbeddedPicture(bytes);
            problem = $"Picture left out: {name} is not a PNG file.";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"Picture left out: {name} was not found.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"Picture left out: {name} could not be read ({e.Message})";
        }
        return null;
    }

    /// <summary>An img element, enlarged by the largest multiple of a half that keeps it within the room: even pixels on most screens.</summary>
    public string ToHtml(string alternative, int roomWidth, int roomHeight)
    {
        double fits = Math.Min((double)roomWidth / Math.Max(1, _width), (double)roomHeight / Math.Max(1, _height));
        double factor = Math.Max(1, Math.Floor(fits * 2) / 2);
        // Dropping pixels looks worse than blending them: pictures that a narrow column shrinks are not "pixels".
        string style = _width <= roomWidth ? _width <= MinColumnWidth ? "pixels" : "pixels large" : "large";
        return Html.Invariant($"<img class=\"{style}\" width=\"{_width * factor:0}\" height=\"{_height * factor:0}\" alt=\"{Html.Escape(alternative)}\" src=\"data:image/png;base64,{Convert.ToBase64String(_bytes)}\"/>");
    }

    private const int MinColumnWidth = 300;
}

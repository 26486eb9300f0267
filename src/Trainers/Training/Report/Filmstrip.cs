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
    public const int MostFrames = 20;

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

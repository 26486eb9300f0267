using System.Buffers.Binary;

namespace MLNetGen;

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
        string style = _width <= roomWidth ? _width <= SmallestColumn ? "pixels" : "pixels large" : "large";
        return Html.Invariant($"<img class=\"{style}\" width=\"{_width * factor:0}\" height=\"{_height * factor:0}\" alt=\"{Html.Escape(alternative)}\" src=\"data:image/png;base64,{Convert.ToBase64String(_bytes)}\"/>");
    }

    private const int SmallestColumn = 300;
}

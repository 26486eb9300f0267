using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MLNetGen.Studio.Protection;

/// <summary>A file that was sent.</summary>
/// <param name="Part">What the form calls it; empty for a plain body.</param>
/// <param name="Name">What the sender calls it: text for answers, and never a path.</param>
/// <param name="Bytes">What is in it.</param>
internal sealed record Upload(string Part, string Name, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The picture, checked by its bytes, and by its size before there are pixels.</summary>
    /// <exception cref="InvalidDataException">It is none, is damaged, or is too large.</exception>
    public Picture Decode(StudioOptions options)
    {
        Picture picture = PictureFile.Read(Bytes.Span, Name, options.MaximumPixels);
        Leftovers.Add(picture);
        return picture;
    }
}

/// <summary>What is left of pictures is collected before it adds up: the files of opened models give the collector a budget of a gigabyte and more.</summary>
internal static class Leftovers
{
    // A painting leaves planes of numbers, pixels in three orders, and a file.
    private const long Most = 256 << 20, BytesPerPixel = 30;

    private static long left;

    public static void Add(Picture picture)
    {
        if (Interlocked.Add(ref left, BytesPerPixel * picture.Width * picture.Height) < Most)
            return;
        Interlocked.Exchange(ref left, 0);
        GC.Collect();
    }
}

/// <summary>Reads what is sent into memory: nothing of it becomes a file.</summary>
internal static class Uploads
{
    private const int LongestName = 120;

    /// <summary>The one picture of a request.</summary>
    public static async Task<Upload> ReadOneAsync(HttpRequest request, StudioOptions options) => (await ReadAsync(request, options)) is [var one] ? one
        : throw new RefusedException(StatusCodes.Status400BadRequest, "one-picture", "one picture at a time: send one file.");

    /// <summary>The one picture of a request, and another that its part's name tells, if it came.</summary>
    public static async Task<(Upload Picture, Upload? Other)> ReadWithAsync(string part, HttpRequest request, StudioOptions options)
    {
        IReadOnlyList<Upload> uploads = await ReadAsync(request, options);
        Upload[] others = [.. uploads.Where(upload => upload.Part == part)];
        return uploads.Count - others.Length == 1 && others.Length <= 1 ? (uploads.First(upload => upload.Part != part), others.FirstOrDefault())
            : throw new RefusedException(StatusCodes.Status400BadRequest, "one-picture", $"one picture at a time: send one file, and beside it at most one as '{part}'.");
    }

    /// <summary>All files of a form, or the body as one file.</summary>
    public static async Task<IReadOnlyList<Upload>> ReadAsync(HttpRequest request, StudioOptions options)
    {
        List<Upload> uploads = [];
        if (request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true)
        {
            // Above the threshold, ASP.NET Core would write files.
            FormOptions form = new() { MemoryBufferThreshold = int.MaxValue, MultipartBodyLengthLimit = options.MaximumUploadBytes, ValueCountLimit = options.MaximumPictures, MultipartHeadersCountLimit = 8 };
            foreach (IFormFile file in (await new FormFeature(request, form).ReadFormAsync(request.HttpContext.RequestAborted)).Files)
            {
                byte[] bytes = new byte[file.Length];
                await using (Stream content = file.OpenReadStream()) await content.ReadExactlyAsync(bytes, request.HttpContext.RequestAborted);
                uploads.Add(new(file.Name, Readable(file.FileName), bytes));
            }
        }
        else
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            if (body.Length > 0)
                uploads.Add(new("", "upload", body.GetBuffer().AsMemory(0, (int)body.Length)));
        }
        return uploads.Count == 0 ? throw new RefusedException(StatusCodes.Status400BadRequest, "no-picture", "no picture came: send a file as the body, or as a part of a form.")
            : uploads.Count > options.MaximumPictures ? throw new RefusedException(StatusCodes.Status413PayloadTooLarge, "too-many", $"{uploads.Count} pictures came; at most {options.MaximumPictures} are taken at once.")
            : uploads;
    }

    private static string Readable(string name)
    {
        StringBuilder text = new(name.Length);
        foreach (Rune rune in name.EnumerateRunes().Take(LongestName)) text.Append(Rune.IsControl(rune) ? "�" : rune.ToString());
        return text.Length == 0 ? "upload" : text.ToString();
    }
}

using System.Security.Cryptography;
using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>What a checkpoint knows its training rows by.</summary>
internal static class TrainingData
{
    private const long BytesAtATime = 1 << 26;

    /// <summary>SHA-256 of the rows as the network gets them.</summary>
    public static string HashOf(Tensor rows)
    {
        // A piece at a time: a span holds no more than 2 GB.
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long count = rows.shape[0], step = Math.Max(1, BytesAtATime / Math.Max(1, rows.numel() / Math.Max(1, count) * rows.ElementSize));
        for (long start = 0; start < count; start += step)
        {
            using Tensor piece = rows.narrow(0, start, Math.Min(step, count - start));
            hash.AppendData(piece.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string HashOfFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

/// <summary>Some of what a network learnt from, for a report to open with.</summary>
internal static class TrainingPictures
{
    private const int Shown = 32, Columns = 8;

    /// <summary>Where <see cref="Describe"/> draws them.</summary>
    public static string PathIn(string workspace) => Path.Combine(workspace, "training-pictures.png");

    /// <summary>Draws the first of some pictures; where that cannot be, it is said.</summary>
    public static void Save(string path, Func<IReadOnlyList<Picture>> pictures, TrainingSession session)
    {
        if (OptionalPicture.Try("the picture of training pictures is missing", () => PictureGrid.Save(path, [.. pictures().Take(Shown)], Columns)) is { } missing)
            session.Warning($"{missing} Training goes on.");
    }

    /// <summary>Says how large the first pictures are, and draws them as they came where there is a <paramref name="workspace"/>.</summary>
    public static string Describe(MLContext context, IDataView rows, PictureInput column, string? workspace, TrainingSession session)
    {
        IReadOnlyList<Picture> pictures = ImageColumn.Read(context.Data.TakeRows(rows, Shown), column.Name);
        if (workspace is not null)
            Save(PathIn(workspace), () => pictures, session);
        string sizes = string.Join(", ", pictures
            .CountBy(picture => (picture.Width, picture.Height))
            .OrderByDescending(size => size.Value)
            .Select(size => $"{size.Key.Width}×{size.Key.Height}{(size.Value == pictures.Count ? "" : $" ({size.Value})")}"));
        return $"The first {pictures.Count}, as they came: {sizes} pixels. The networks get them as {column.Width}×{column.Height}, {(column.Channels == 1 ? "grey" : "in colour")}.";
    }
}

using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli;

/// <summary>What a run was trained on, as <c>data.json</c> beside its model says.</summary>
internal sealed record DataRecord
{
    private const string FileName = "data.json";

    // Eight bytes each, and a file that every picture has to be read for.
    private const int MostKnown = 1_000_000;

    /// <summary>What was named as data; null: the built-in moons.</summary>
    public string? Data { get; init; }

    /// <summary>The folder of test pictures; null: the test rows are of <see cref="Data"/>.</summary>
    public string? Test { get; init; }

    /// <summary>The first so many rows were trained on; null: a share was held out by chance.</summary>
    public int? Split { get; init; }

    public double? HeldOutFraction { get; init; }

    public int? Seed { get; init; }

    /// <summary>1: the pictures are grey; 3: they have colours.</summary>
    public int Channels { get; init; }

    public long TrainingRows { get; init; }

    public long TestRows { get; init; }

    /// <summary>Fingerprints of the training pictures, sorted; null where there were too many.</summary>
    public byte[]? TrainingPictures { get; init; }

    /// <summary>The same of the test pictures.</summary>
    public byte[]? TestPictures { get; init; }

    /// <summary>Completes the record with what the rows are, and writes it beside the model; where a run left none, nothing is written.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="train">The rows that it was trained on.</param>
    /// <param name="test">Those that it was not; null: there are none.</param>
    public void Write(string folder, IDataView train, IDataView? test)
    {
        if (OtherRank.IsThis || !File.Exists(Path.Combine(folder, ModelFile.Zip)))
            return;
        try
        {
            int trained = PictureRow.Count(train), tested = test is null ? 0 : PictureRow.Count(test);
            bool known = trained + tested <= MostKnown;
            if (!known)
                Console.Error.WriteLine($"mlnetgen: {trained + tested:N0} pictures are too many to be known again: of this run, evaluate cannot say which it was trained on.");
            DataRecord whole = this with
            {
                Channels = ColoredPicture.FirstIn(train) is null ? 1 : 3,
                TrainingRows = trained,
                TestRows = tested,
                TrainingPictures = known ? Packed(PictureRow.Of(train, Data)) : null,
                TestPictures = known && test is not null ? Packed(PictureRow.Of(test, Test ?? Data)) : null,
            };
            OutputFile.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(whole, JsonOutput.Options));
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            // The model is there, and worth more.
            Console.Error.WriteLine($"mlnetgen: {FileName} is not written, so that evaluate cannot say what the model was trained on: {Failure.MessageOf(e)}");
        }
    }

    /// <summary>The record of a model's run; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static DataRecord? Beside(string model)
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<DataRecord>(File.ReadAllBytes(path), JsonOutput.Options);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' is damaged: {e.Message} Delete it to do without.", e);
        }
    }

    /// <summary>Fingerprints as a set.</summary>
    public static IReadOnlySet<ulong> Unpacked(byte[] pictures) => MemoryMarshal.Cast<byte, ulong>(pictures).ToArray().ToHashSet();

    private static byte[] Packed(IEnumerable<PictureRow> rows) => MemoryMarshal.AsBytes<ulong>([.. rows.Select(row => row.Fingerprint).Order()]).ToArray();
}

/// <summary>A row's picture, known again wherever it lies.</summary>
/// <param name="Path">What the row calls it.</param>
/// <param name="Fingerprint">A hash of its file's bytes; of a picture that has no file of its own, of its pixels.</param>
internal readonly record struct PictureRow(string Path, ulong Fingerprint)
{
    /// <param name="rows">With <c>Path</c>.</param>
    public static int Count(IDataView rows) => checked((int)(rows.GetRowCount() ?? rows.GetColumn<ReadOnlyMemory<char>>("Path").LongCount()));

    /// <param name="rows">With <c>Image</c> and <c>Path</c>.</param>
    /// <param name="folder">That the paths are of; null: none.</param>
    public static IEnumerable<PictureRow> Of(IDataView rows, string? folder)
    {
        foreach ((string path, Func<MLImage> picture) in PictureCursor.Over(rows))
        {
            string? file = folder is null ? null : System.IO.Path.Combine(folder, path);
            yield return new(path, file is not null && File.Exists(file) ? XxHash3.HashToUInt64(File.ReadAllBytes(file)) : OfPixels(picture()));
        }
    }

    private static ulong OfPixels(MLImage picture) => XxHash3.HashToUInt64(picture.Pixels, picture.Width);
}

/// <summary>Rows' pictures, one after the other.</summary>
internal static class PictureCursor
{
    /// <summary>What each row calls its picture, and the picture, decoded where it is asked for; it is the next row's then.</summary>
    /// <param name="rows">With <c>Image</c> and <c>Path</c>.</param>
    public static IEnumerable<(string Path, Func<MLImage> Picture)> Over(IDataView rows)
    {
        DataViewSchema.Column image = rows.Schema["Image"], name = rows.Schema["Path"];
        using DataViewRowCursor cursor = rows.GetRowCursor([image, name]);
        ValueGetter<MLImage> getImage = cursor.GetGetter<MLImage>(image);
        ValueGetter<ReadOnlyMemory<char>> getPath = cursor.GetGetter<ReadOnlyMemory<char>>(name);
        MLImage? picture = null;
        ReadOnlyMemory<char> path = default;
        try
        {
            while (cursor.MoveNext())
            {
                getPath(ref path);
                yield return (path.ToString(), Decode);
            }
        }
        finally
        {
            picture?.Dispose();
        }

        MLImage Decode()
        {
            getImage(ref picture!);
            return picture;
        }
    }
}

/// <summary>Whether pictures have colours.</summary>
internal static class ColoredPicture
{
    // A folder's pictures are mostly of one kind.
    private const int LookedAt = 64;

    /// <summary>What the first rows call the first of their pictures that has colours; null: they are grey.</summary>
    /// <param name="rows">With <c>Image</c> and <c>Path</c>.</param>
    public static string? FirstIn(IDataView rows) => PictureCursor.Over(rows).Take(LookedAt).FirstOrDefault(row => HasColor(row.Picture())).Path;

    private static bool HasColor(MLImage image)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        int step = image.BitsPerPixel / 8;
        for (int at = 0; step >= 3 && at + 2 < pixels.Length; at += step)
        {
            if (pixels[at] != pixels[at + 1] || pixels[at] != pixels[at + 2])
                return true;
        }
        return false;
    }
}

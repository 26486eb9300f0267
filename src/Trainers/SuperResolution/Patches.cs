using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>Square windows of a column of pictures, at the pictures' own scale: resizing them would teach the network another sharpness.</summary>
/// <param name="Rows">uint8 [patches, 3, size, size].</param>
/// <param name="TooSmall">Pictures that have no such window.</param>
internal sealed record Patches(Tensor Rows, long TooSmall)
{
    // Joined into one tensor at a time while reading; bounds the extra memory, not the data set.
    private const int PatchesPerChunk = 1024;

    private const int LargestDefaultSize = 96;

    /// <summary>The least size of a patch: structural similarity has a window of 11, and bicubic interpolation four pixels.</summary>
    public static int SmallestSize(int factor) => Math.Max(16, 2 * factor);

    /// <summary>The smaller side of the first picture, at most 96, in whole steps of the factor.</summary>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="InvalidDataException">The first picture is missing or too small.</exception>
    public static int DefaultSize(IDataView rows, string column, int factor)
    {
        Picture first = Read(rows, column, CancellationToken.None).Select(row => row.Picture).FirstOrDefault()
            ?? throw new ArgumentException($"there are no rows to read column '{column}' from: give at least one.");
        int size = Math.Min(LargestDefaultSize, Math.Min(first.Width, first.Height)) / factor * factor;
        return size >= SmallestSize(factor) ? size
            : throw new InvalidDataException($"the first picture of column '{column}' is {first.Width}×{first.Height}; to learn a factor of {factor}, pictures need at least {SmallestSize(factor)}×{SmallestSize(factor)} pixels.");
    }

    /// <summary>Reads all rows once.</summary>
    /// <param name="rows">The pictures.</param>
    /// <param name="column">Their column.</param>
    /// <param name="size">Height and width of a patch.</param>
    /// <param name="perPicture">Patches of each picture.</param>
    /// <param name="seed">Where they lie; null takes the middle.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <exception cref="InvalidDataException">A row has no picture, or all are smaller than a patch.</exception>
    public static Patches Of(IDataView rows, string column, int size, int perPicture, int? seed, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        int length = 3 * size * size, filled = 0;
        long tooSmall = 0;
        List<Tensor> chunks = [];
        byte[] chunk = new byte[PatchesPerChunk * length];
        foreach ((int row, Picture picture) in Read(rows, column, cancel))
        {
            if (Math.Min(picture.Width, picture.Height) < size)
            {
                tooSmall++;
                continue;
            }
            RowRandom random = new(seed ?? 0, row);
            for (int i = 0; i < perPicture; i++)
            {
                int left = Start(picture.Width - size, ref random), top = Start(picture.Height - size, ref random);
                Copy(picture, left, top, size, chunk.AsSpan(filled * length, length));
                if (++filled == PatchesPerChunk)
                    Flush();
            }
        }
        Flush();
        if (chunks.Count == 0)
            throw new InvalidDataException($"{tooSmall} pictures of column '{column}' are smaller than a patch of {size}×{size}: give larger ones, or a smaller PatchSize.");
        return new Patches((chunks.Count == 1 ? chunks[0] : cat(chunks, 0)).MoveToOuterDisposeScope(), tooSmall);

        int Start(int room, ref RowRandom random) => seed is null ? room / 2 : (int)(random.NextDouble() * (room + 1));

        void Flush()
        {
            if (filled > 0)
                chunks.Add(from_array(chunk.AsSpan(0, filled * length).ToArray()).reshape(filled, 3, size, size));
            filled = 0;
        }
    }

    /// <summary>The pictures of a column, one at a time.</summary>
    public static IEnumerable<(int Row, Picture Picture)> Read(IDataView rows, string column, CancellationToken cancel)
    {
        DataViewSchema.Column source = ImageColumn.Find(rows.Schema, column);
        using DataViewRowCursor cursor = rows.GetRowCursor([source]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(source);
        MLImage? image = null;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            cancel.ThrowIfCancellationRequested();
            get(ref image!);
            if (image is null)
                throw new InvalidDataException($"row {row} of column '{column}' has no picture: filter such rows out first.");
            yield return (row, Picture.FromImage(image));
        }
    }

    private static void Copy(Picture picture, int left, int top, int size, Span<byte> planes)
    {
        for (int y = 0; y < size; y++)
        {
            ReadOnlySpan<byte> line = picture.Pixels.AsSpan(((top + y) * picture.Width + left) * 3, size * 3);
            for (int x = 0; x < size; x++)
                for (int channel = 0; channel < 3; channel++)
                    planes[(channel * size + y) * size + x] = line[3 * x + channel];
        }
    }
}

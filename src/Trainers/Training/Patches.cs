using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>Square windows of a column of pictures, at the pictures' own scale: resizing them would teach the network another sharpness.</summary>
/// <param name="Rows">uint8 [patches, 3, size, size].</param>
/// <param name="TooSmall">Pictures that have no such window.</param>
internal sealed record Patches(Tensor Rows, long TooSmall)
{
    private const int LargestDefaultSize = 96, Looked = 32;

    // Of the tensors that are filled while reading: few enough to be few, small enough that joining them needs little beside the set itself.
    private const int BytesPerChunk = 1 << 26;

    /// <summary>The largest size of a patch: a batch of larger ones takes gigabytes in every layer.</summary>
    public const int LargestSize = 1024;

    /// <summary>
    /// The least size of a patch, and of a picture to be judged, a multiple of the factor: structural similarity has a window of 11, and bicubic interpolation
    /// four pixels.
    /// </summary>
    public static int SmallestSize(int factor) => Math.Max(16, 2 * factor);

    /// <summary>The median of some pictures' smaller sides, evenly spread over all rows, without those that are too small to learn from, at most 96, in whole steps of the factor.</summary>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="InvalidDataException">All pictures are too small, or one is missing.</exception>
    public static int DefaultSize(IDataView rows, string column, int factor, CancellationToken cancel)
    {
        int smallest = SmallestSize(factor);
        // A row without a picture is named, with its number, when all are read.
        int[] sides = [.. Pictures(RowSubset.Spread(rows, Looked), column, cancel).OfType<Picture>().Select(SmallerSide).Where(side => side >= smallest).Order()];
        if (sides.Length == 0)
        {
            int[] all = [.. Read(rows, column, cancel).Select(row => SmallerSide(row.Picture))];
            sides = all.Length == 0 ? throw NoRows("training rows", column) : [.. all.Where(side => side >= smallest).Order()];
            if (sides.Length == 0)
                throw new InvalidDataException($"all {all.Length} pictures of column '{column}' are smaller than {smallest}×{smallest}: to learn a factor of {factor}, pictures need at least that many pixels.");
        }
        return Math.Min(LargestDefaultSize, sides[(sides.Length - 1) / 2]) / factor * factor;
    }

    /// <summary>Reads all rows once.</summary>
    /// <param name="rows">The pictures.</param>
    /// <param name="what">What the rows are called in an error.</param>
    /// <param name="column">Their column.</param>
    /// <param name="size">Height and width of a patch, at most <see cref="LargestSize"/>.</param>
    /// <param name="perPicture">Patches of each picture.</param>
    /// <param name="seed">Where they lie; null takes the middle.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="InvalidDataException">A row has no picture, or all are smaller than a patch.</exception>
    public static Patches Of(IDataView rows, string what, string column, int size, int perPicture, int? seed, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        int length = 3 * size * size, perChunk = Math.Max(1, BytesPerChunk / length), filled = perChunk;
        long tooSmall = 0;
        List<Tensor> chunks = [];
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
                if (filled == perChunk)
                {
                    chunks.Add(empty([perChunk, 3, size, size], ScalarType.Byte));
                    filled = 0;
                }
                int left = Start(picture.Width - size, ref random), top = Start(picture.Height - size, ref random);
                Copy(picture, left, top, size, chunks[^1].bytes.Slice(filled++ * length, length));
            }
        }
        if (chunks.Count == 0)
        {
            throw tooSmall == 0 ? NoRows(what, column)
                : new InvalidDataException($"{what}: all {tooSmall} pictures of column '{column}' are smaller than a patch of {size}×{size}: give larger ones, or a smaller PatchSize.");
        }
        return new Patches(Joined(chunks, perChunk, filled).MoveToOuterDisposeScope(), tooSmall);

        int Start(int room, ref RowRandom random) => seed is null ? room / 2 : (int)(random.NextDouble() * (room + 1));
    }

    /// <summary>The pictures of a column, one at a time.</summary>
    public static IEnumerable<(int Row, Picture Picture)> Read(IDataView rows, string column, CancellationToken cancel)
    {
        int row = 0;
        foreach (Picture? picture in Pictures(rows, column, cancel))
        {
            yield return picture is null ? throw new InvalidDataException($"row {row} of column '{column}' has no picture: filter such rows out first.") : (row, picture);
            row++;
        }
    }

    private static IEnumerable<Picture?> Pictures(IDataView rows, string column, CancellationToken cancel)
    {
        DataViewSchema.Column source = ImageColumn.Find(rows.Schema, column);
        using DataViewRowCursor cursor = rows.GetRowCursor([source]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(source);
        MLImage? image = null;
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            get(ref image!);
            yield return image is null ? null : Picture.FromImage(image);
        }
    }

    private static int SmallerSide(Picture picture) => Math.Min(picture.Width, picture.Height);

    private static ArgumentException NoRows(string what, string column) => new($"{what}: there are no rows to read column '{column}' from: give at least one.");

    // One chunk at a time goes, so that the set is not held twice.
    private static Tensor Joined(List<Tensor> chunks, int perChunk, int filled)
    {
        long[] shape = chunks[0].shape;
        Tensor rows = empty([(chunks.Count - 1L) * perChunk + filled, .. shape[1..]], ScalarType.Byte);
        for (int i = 0; i < chunks.Count; i++)
        {
            int count = i < chunks.Count - 1 ? perChunk : filled;
            using Tensor to = rows.narrow(0, (long)i * perChunk, count), from = chunks[i].narrow(0, 0, count);
            to.copy_(from).Dispose();
            chunks[i].Dispose();
        }
        return rows;
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

/// <summary>Pictures and tensors of float32 [N, 3, H, W], 0 to 255.</summary>
internal static class PlaneTensors
{
    /// <summary>One picture, [1, 3, H, W].</summary>
    public static Tensor ToPlanes(this Picture picture) => picture.ToPlanes(0, 0, picture.Width, picture.Height);

    /// <summary>A part of a picture, [1, 3, height, width].</summary>
    public static Tensor ToPlanes(this Picture picture, int left, int top, int width, int height)
    {
        using var scope = NewDisposeScope();
        Tensor bytes = from_array(picture.Pixels).reshape(picture.Height, picture.Width, picture.Channels).narrow(0, top, height).narrow(1, left, width);
        Tensor planes = bytes.permute(2, 0, 1).unsqueeze(0).to_type(ScalarType.Float32);
        return (picture.Channels == 3 ? planes : planes.repeat(1, 3, 1, 1)).contiguous().MoveToOuterDisposeScope();
    }

    public static IReadOnlyList<Picture> ToWholePictures(this Tensor planes)
    {
        using var scope = NewDisposeScope();
        return (planes / 255).ToPictures();
    }
}

/// <summary>The eight ways to turn and mirror a square: each is as good an example as the picture itself.</summary>
internal static class Symmetry
{
    public const int Count = 8;

    /// <param name="pictures">[N, C, S, S].</param>
    /// <param name="which">0 (as they are) to 7.</param>
    public static Tensor Of(Tensor pictures, int which)
    {
        using var scope = NewDisposeScope();
        Tensor turned = (which & 4) == 0 ? pictures.alias() : pictures.transpose(2, 3);
        long[] axes = [.. (which & 1) == 0 ? [] : (long[])[2], .. (which & 2) == 0 ? [] : (long[])[3]];
        return (axes.Length == 0 ? turned.contiguous() : turned.flip(axes)).MoveToOuterDisposeScope();
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// A column of pictures: resized, made grey where the network is, a plane a channel; values in [0, 1], or (pixel − offset) · scale.
/// </summary>
internal sealed class PictureInput(
    MLContext context, string name, int channels, int height, int width, ImageResizingEstimator.ResizingKind resizing, float scale = 1 / 255f, float offset = 0)
    : NetworkInput(context, name)
{
    private const string Resized = "mlnetgen.resized";

    private const int LargestDefaultSize = 64;

    public int Channels { get; } = channels;

    public int Height { get; } = height;

    public int Width { get; } = width;

    public override long[] Shape => [Channels, Height, Width];

    public override float Scale => scale;

    /// <summary>The columns that a model's stages before its network add on the way to <see cref="NetworkInput.Pixels"/>, of pictures or of vectors.</summary>
    public static string[] IntermediateOf(IEnumerable<ITransformer> stages) => stages.Any(stage => stage is ImageResizingTransformer) ? [Resized, Pixels] : [Pixels];

    /// <summary>
    /// Fills in what was left unset (0), and says so: the size of the first picture's smaller side, at most <paramref name="largest"/> and then down to one
    /// that the network takes; one channel where all pictures are grey, else three. Pictures are looked at until one has colour; where all are stored without it, the first alone.
    /// </summary>
    /// <param name="context">ML.NET's; its log is told.</param>
    /// <param name="rows">Where the pictures are.</param>
    /// <param name="name">Their column.</param>
    /// <param name="size">Height and width, or 0.</param>
    /// <param name="channels">1, 3, or 0.</param>
    /// <param name="resizing">How pictures come to that size.</param>
    /// <param name="fit">The size that the network takes of one that it may not.</param>
    /// <param name="largest">Of a size that is decided here.</param>
    /// <param name="isFinal">Whether the size is the network's, and not what its own follows from.</param>
    /// <param name="cancel">Stops looking.</param>
    public static PictureInput Decide(
        MLContext context, IDataView rows, string name, int size, int channels, ImageResizingEstimator.ResizingKind resizing, Func<int, int>? fit = null, int largest = LargestDefaultSize,
        bool isFinal = true, CancellationToken cancel = default)
    {
        DataViewSchema.Column column = ImageColumn.Find(rows.Schema, name);
        if (size != 0 && channels != 0)
            return new PictureInput(context, name, channels, size, size, resizing);
        List<string> decided = [];
        using DataViewRowCursor cursor = rows.GetRowCursor([column]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(column);
        MLImage? image = null;
        long seen = 0;
        bool isGrey = true, isStoredGrey = StoredGrey.Is(column);
        while ((seen == 0 || (channels == 0 && isGrey && !isStoredGrey)) && cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            get(ref image!);
            if (image is null)
                throw Missing(name, seen);
            if (seen++ == 0 && size == 0)
            {
                size = Math.Min(largest, Math.Min(image.Width, image.Height));
                size = fit?.Invoke(size) ?? size;
                if (isFinal)
                    decided.Add($"{size}×{size} pixels, as the first is {image.Width}×{image.Height}");
            }
            isGrey = isGrey && IsGrey(image);
        }
        if (seen == 0)
            throw new ArgumentException($"there are no rows to read column '{name}' from: give at least one.");
        if (channels == 0)
        {
            channels = isGrey ? 1 : 3;
            decided.Add(!isGrey ? $"in colour, as the one in row {seen - 1} is" : isStoredGrey ? "grey, as all are stored so" : $"grey, as all {seen:N0} are");
        }
        if (decided.Count > 0)
            HostLog.Info(context, "Pictures", $"the pictures of column '{name}' are taken {string.Join("; ", decided)}.");
        return new PictureInput(context, name, channels, size, size, resizing);
    }

    public override IEstimator<ITransformer> ToPixels() => Extract(asFloats: true);

    /// <summary>Rows with <see cref="NetworkInput.Pixels"/> as bytes, neither scaled nor offset; the pictures survive.</summary>
    /// <exception cref="ArgumentException">The column is absent or holds something else.</exception>
    public IDataView Bytes(IDataView rows)
    {
        ImageColumn.Find(rows.Schema, Name);
        return Extract(asFloats: false).Fit(rows).Transform(new PictureShield([Name]).Over(rows));
    }

    /// <summary>What to tell of rows that could not be read where one has no picture; null where all have one.</summary>
    public InvalidDataException? MissingPicture(IDataView rows, CancellationToken cancel) =>
        FirstMissing(rows, Name, cancel) is { } row ? Missing(Name, row) : null;

    public override Tensor Read(IDataView rows, CancellationToken cancel)
    {
        try
        {
            return ReadVectors<byte>(Bytes(rows), Pixels, ScalarType.Byte, cancel, emptyIsMissing: true);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException && FirstMissing(rows, Name, cancel) is { } row)
        {
            throw Missing(Name, row);
        }
    }

    // ML.NET makes nothing, black, or an error of a row without a picture, by what stood in the row before.
    private static long? FirstMissing(IDataView rows, string name, CancellationToken cancel)
    {
        DataViewSchema.Column column = ImageColumn.Find(rows.Schema, name);
        using DataViewRowCursor cursor = rows.GetRowCursor([column]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(column);
        MLImage? image = null;
        for (long row = 0; cursor.MoveNext(); row++)
        {
            cancel.ThrowIfCancellationRequested();
            get(ref image!);
            if (image is null)
                return row;
        }
        return null;
    }

    private static InvalidDataException Missing(string name, long row) =>
        new($"row {row} of column '{name}' has no picture: filter such rows out first.");

    private IEstimator<ITransformer> Extract(bool asFloats)
    {
        IEstimator<ITransformer> chain = Context.Transforms.ResizeImages(Resized, Width, Height, Name, resizing);
        if (Channels == 1)
            chain = chain.Append(Context.Transforms.ConvertToGrayscale(Resized));
        return chain.Append(Context.Transforms.ExtractPixels(
            Pixels,
            Resized,
            Channels == 1 ? ImagePixelExtractingEstimator.ColorBits.Red : ImagePixelExtractingEstimator.ColorBits.Rgb,
            ImagePixelExtractingEstimator.ColorsOrder.ARGB,
            offsetImage: asFloats ? offset : 0,
            scaleImage: asFloats ? Scale : 1,
            outputAsFloatArray: asFloats));
    }

    private static bool IsGrey(MLImage image)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        int step = image.BitsPerPixel / 8;
        if (step < 3)
            return true;
        for (int p = 0; p + 2 < pixels.Length; p += step)
        {
            if (pixels[p] != pixels[p + 1] || pixels[p] != pixels[p + 2])
                return false;
        }
        return true;
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace MLNetGen.Style;

/// <summary>The pictures that a run learns from, and those that it is judged by.</summary>
internal static class StyleContents
{
    public const int DefaultBatchSize = 4, CalibrationPictures = 8;

    private const int DefaultTestPictures = 2;

    /// <summary>Begins to read as many as the steps take, in random order where the rows can be had so.</summary>
    public static PictureSet Read(MLContext context, IDataView rows, PictureInput column, StyleTransferTrainer.Options options, TrainingSession session) =>
        PictureSet.Read(context, Smoothly(rows, column), column, _ => () => 0, [], new PictureSetOptions
        {
            MemoryBudgetBytes = options.MemoryBudget,
            CacheFolder = options.WorkspacePath ?? context.TempFilePath,
            ShuffleSeed = session.Seed,
            CancellationToken = options.CancellationToken,
            MaximumRows = options.Steps is { } steps ? (long)steps * (options.BatchSize ?? DefaultBatchSize) : null,
        });

    // ML.NET's ResizeImages takes the nearest pixel, whose jagged edges a painting would imitate; it leaves a picture of the right size alone.
    private static IDataView Smoothly(IDataView rows, PictureInput column) =>
        new PictureMapTransformer(column.Name, column.Name, picture => PictureResize.ToCover(picture, column.Width, column.Height)).Transform(rows);

    public static int StepsOf(StyleTransferTrainer.Options options, long rows) =>
        options.Steps ?? checked((int)Math.Max(1, options.Epochs * rows / (options.BatchSize ?? DefaultBatchSize)));

    /// <summary>The first of them, [n, 3, H, W], 0 to 255; waits for them.</summary>
    public static Tensor First(PictureSet contents, int count, Device device)
    {
        int n = (int)Math.Min(count, contents.Count);
        byte[] pixels = new byte[(long)n * contents.RowLength];
        for (int row = 0; row < n; row++)
        {
            contents.WaitFor(row);
            contents.Pixels(row).CopyTo(pixels.AsSpan(row * contents.RowLength));
        }
        return tensor(pixels, [n, contents.Channels, contents.Height, contents.Width], device: device).to_type(ScalarType.Float32);
    }

    /// <summary>Whether the pictures that a run is judged by are others than those it learns from.</summary>
    public static bool HasHeldOut(StyleTransferTrainer.Options options) => options.TestPictures.Count > 0 || options.ValidationSet is not null;

    /// <summary>Those named; else the first of the rows held out; else the first of those trained on.</summary>
    public static IReadOnlyList<(string Name, Picture Picture)> TestPictures(StyleTransferTrainer.Options options, IDataView rows)
    {
        if (options.TestPictures.Count == 0)
            return FirstRows(options, options.ValidationSet ?? rows);
        IReadOnlyList<string> names = StyleTargets.NamesOf(options.TestPictures);
        int longest = options.TestPictureSize ?? 2 * options.ImageSize;
        return [.. options.TestPictures.Select((path, i) => (names[i], StylePictures.Content(path, longest)))];
    }

    private static IReadOnlyList<(string Name, Picture Picture)> FirstRows(StyleTransferTrainer.Options options, IDataView rows)
    {
        List<(string, Picture)> pictures = [];
        DataViewSchema.Column column = ImageColumn.Find(rows.Schema, options.InputColumnName);
        DataViewSchema.Column? path = rows.Schema.GetColumnOrNull("Path") is { Type: TextDataViewType } text ? text : null;
        using DataViewRowCursor cursor = rows.GetRowCursor(path is { } known ? [column, known] : [column]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(column);
        ValueGetter<ReadOnlyMemory<char>>? getPath = path is { } there ? cursor.GetGetter<ReadOnlyMemory<char>>(there) : null;
        MLImage? image = null;
        ReadOnlyMemory<char> file = default;
        while (pictures.Count < DefaultTestPictures && cursor.MoveNext())
        {
            get(ref image!);
            getPath?.Invoke(ref file);
            if (image is not null)
                pictures.Add((file.IsEmpty ? $"picture-{pictures.Count + 1}" : $"{file}", PictureResize.ToCover(Picture.FromImage(image), options.ImageSize, options.ImageSize)));
        }
        IReadOnlyList<string> names = StyleTargets.NamesOf([.. pictures.Select(one => one.Item1)]);
        return [.. pictures.Select((one, i) => (names[i], one.Item2))];
    }
}

/// <summary>
/// Which content picture comes when, over all passes. The first pass takes them as they arrive where that is in random order, so that it need
/// not wait for the last; every other pass has an order of its own.
/// </summary>
internal sealed class ContentOrder(PictureSet contents, TrainingSession session)
{
    private long[] order = [];
    private long pass = -1;

    /// <summary>The rows at these places, counted from the run's first step.</summary>
    public long[] Of(long from, long until)
    {
        long[] rows = new long[until - from];
        for (long place = from; place < until; place++)
        {
            long now = place / contents.Count;
            if (now != pass)
            {
                pass = now;
                order = now == 0 && contents.IsShuffled ? [] : session.OrderOf(contents.Count, checked((int)now + 1));
            }
            long within = place % contents.Count;
            rows[place - from] = order.Length == 0 ? within : order[within];
        }
        return rows;
    }
}

/// <summary>
/// Other content than the pictures themselves have: half of a batch becomes collages of four of its pictures at half the size, and all get another contrast and
/// brightness. Small pictures, enlarged to train on, are blurred; their collages have the edges that photographs have.
/// </summary>
internal static class ContentAugmentation
{
    private const double CollageShare = 0.5, LeastContrast = 0.8, MostContrast = 1.5, Brightness = 20;

    /// <param name="pixels">[N, 3, H, W], 0 to 255, H and W even.</param>
    /// <param name="draws">What is drawn.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public static Tensor Of(Tensor pixels, Random draws)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int pictures = (int)pixels.shape[0];
        Tensor small = avg_pool2d(pixels, 2);
        Tensor[] result = new Tensor[pictures];
        for (int picture = 0; picture < pictures; picture++)
        {
            // All is drawn whatever it is for, so that one picture's lot does not change another's.
            bool collage = draws.NextDouble() < CollageShare;
            int[] parts = [draws.Next(pictures), draws.Next(pictures), draws.Next(pictures), draws.Next(pictures)];
            double contrast = LeastContrast + draws.NextDouble() * (MostContrast - LeastContrast), brightness = (2 * draws.NextDouble() - 1) * Brightness;
            Tensor one = collage ? cat([cat([small[parts[0]], small[parts[1]]], 2), cat([small[parts[2]], small[parts[3]]], 2)], 1) : pixels[picture];
            Tensor mean = one.mean([1, 2], keepdim: true);
            result[picture] = ((one - mean) * contrast + mean + brightness).clamp(0, 255);
        }
        return stack(result, 0).MoveToOuterDisposeScope();
    }
}

/// <summary>Weights of several styles, [N, styles].</summary>
internal static class StyleMixtures
{
    /// <summary>One style a picture, drawn: what a network of several learns from.</summary>
    public static Tensor OneEach(int pictures, int styles, Random draws, Device device)
    {
        float[] weights = new float[pictures * styles];
        for (int picture = 0; picture < pictures; picture++)
            weights[picture * styles + draws.Next(styles)] = 1;
        return tensor(weights, [pictures, styles], device: device);
    }

    public static Tensor Only(int style, int styles, Device device)
    {
        float[] weights = new float[styles];
        weights[style] = 1;
        return tensor(weights, [1, styles], device: device);
    }
}

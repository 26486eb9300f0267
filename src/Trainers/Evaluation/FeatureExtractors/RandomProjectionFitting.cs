using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Evaluation;

/// <summary>Random filters, every one of their features standardised over the rows, projected at random to 64, which are standardised again.</summary>
internal static class RandomProjectionFitting
{
    /// <summary>What its figures do not say.</summary>
    public const string Caveat = "the features are random filters, not learnt: these figures do not tell noise from pictures. ResNet-18's do";

    private const int MaxRows = 5000, BatchSize = 128;

    // Against dividing by nothing where a feature is constant in all rows, such as a digit's border. Filters have length 1.
    private const double MinDeviation = 1e-3;

    public static void Write(MLContext context, IDataView rows, string imageColumnName, int seed, int imageSize, string path)
    {
        PictureColumn.Check(rows, imageColumnName);
        using TrainingSession session = ExtractorOptions.Begin(context, seed);
        using var noGradient = no_grad();
        PictureInput column = PictureInput.Decide(
            context, rows, imageColumnName, imageSize, 0, ImageResizingEstimator.ResizingKind.IsoCrop, size => Math.Max(size, RandomFilters.MinSize));
        using BatchFeed pictures = new(column.Read(rows, CancellationToken.None), column.Scale, torch.device("cpu"));
        if (pictures.Count < 2)
            throw new ArgumentException($"there is {pictures.Count} picture in column '{imageColumnName}'; what features vary by takes at least 2: give more rows.");
        long[] order = session.OrderOf(pictures.Count, 0)[..(int)Math.Min(MaxRows, pictures.Count)];

        RandomFilters filters = new(column.Channels, column.Height);
        Tensor features = Features(filters, pictures, order).to_type(ScalarType.Float64);
        Tensor mean = features.mean([0]), deviation = features.std([0]) + MinDeviation;
        Tensor projection = randn(filters.FeatureCount, FeatureExtractor.OwnFeatureCount, dtype: ScalarType.Float64) * BlockWeights(filters);
        Tensor projected = ((features - mean) / deviation).matmul(projection);
        Tensor unit = projected.std([0]) + MinDeviation;

        // (((x − mean) / deviation) · projection − projected mean, which is 0) / unit, as one layer.
        Tensor weight = projection / deviation.unsqueeze(1) / unit;
        Linear last = Linear(filters.FeatureCount, FeatureExtractor.OwnFeatureCount);
        last.weight.copy_(weight.t());
        last.bias!.copy_(-mean.matmul(weight));
        string description = string.Create(CultureInfo.InvariantCulture, $"random projections (seed {seed}, standardised on {order.Length:N0} pictures)");
        ExtractorModel.Write(Sequential(filters, last), column.Shape, path, description, caveat: Caveat);
        session.Info($"feature extractor: {description}.");
    }

    private static Tensor Features(RandomFilters filters, BatchFeed pictures, long[] order)
    {
        List<Tensor> parts = [];
        for (long start = 0; start < order.Length; start += BatchSize)
        {
            using DisposeScope scope = NewDisposeScope();
            parts.Add(filters.call(pictures.Batch(order, start, BatchSize)).MoveToOuterDisposeScope());
        }
        return cat(parts);
    }

    // Every scale and grid counts the same, however many features it has: [features, 1].
    private static Tensor BlockWeights(RandomFilters filters) =>
        cat([.. filters.Blocks.Select(count => full(count, 1, 1 / Math.Sqrt(count), dtype: ScalarType.Float64))]);
}

/// <summary>
/// Random filters at the picture's own scale, half of it and a quarter; a ReLU; averages over the whole, its 2×2 and its 4×4
/// parts. In: float32 [N, channels, size, size] in [0, 1]. Out: [N, <see cref="FeatureCount"/>].
/// </summary>
internal sealed class RandomFilters : Module<Tensor, Tensor>
{
    /// <summary>Smallest height and width of a picture.</summary>
    public const int MinSize = 8;

    private const int Filters = 16, Kernel = 5, Scales = 3;

    private static readonly int[] Grids = [1, 2, 4];

    private readonly Scale centred = new(2, -1);
    private readonly ModuleList<Module<Tensor, Tensor>> halves = new(), filters = new(), pools = new();
    private readonly ReLU relu = ReLU();
    private readonly Flatten flatten = Flatten();
    private readonly Concat concat = new(1);

    public RandomFilters(int channels, int size)
        : base(nameof(RandomFilters))
    {
        for (int scale = 0; scale < Scales && size >= MinSize; scale++, size /= 2)
        {
            if (scale > 0)
                halves.Add(AvgPool2d(2));
            filters.Add(Draw(channels));
            int map = size - Kernel + 1;
            foreach (int grid in Grids)
                pools.Add(Parts(map, grid));
        }
        RegisterComponents();
    }

    /// <summary>How many features each scale and grid gives, in their order.</summary>
    public IEnumerable<int> Blocks => filters.SelectMany(_ => Grids.Select(grid => Filters * grid * grid));

    public int FeatureCount => Blocks.Sum();

    public override Tensor forward(Tensor pixels)
    {
        Tensor picture = centred.call(pixels);
        List<Tensor> parts = [];
        for (int scale = 0; scale < filters.Count; scale++)
        {
            if (scale > 0)
                picture = halves[scale - 1].call(picture);
            Tensor map = relu.call(filters[scale].call(picture));
            for (int grid = 0; grid < Grids.Length; grid++)
                parts.Add(flatten.call(pools[scale * Grids.Length + grid].call(map)));
        }
        return concat.call([.. parts]);
    }

    // Each of length 1; the first half sums to 0 over a channel's window and so sees edges alone, the other colours too.
    private static Conv2d Draw(int channels)
    {
        Conv2d layer = Conv2d(channels, Filters, Kernel, bias: false);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor weights = randn(Filters, channels, Kernel, Kernel);
        weights.narrow(0, 0, Filters / 2).sub_(weights.narrow(0, 0, Filters / 2).mean([2, 3], keepdim: true));
        weights.div_(weights.square().sum([1, 2, 3], keepdim: true).sqrt());
        layer.weight.copy_(weights);
        return layer;
    }

    // Windows that cover the map, overlapping where its size is no multiple.
    private static AvgPool2d Parts(int map, int grid) => AvgPool2d(map - (grid - 1) * (map / grid), map / grid);
}

using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Evaluation;

/// <summary>
/// Random filters at the picture's own scale, half of it and a quarter; a ReLU; averages over the whole, its 2×2 and its 4×4
/// parts. In: float32 [N, channels, size, size] in [0, 1]. Out: [N, <see cref="FeatureCount"/>].
/// </summary>
internal sealed class RandomFilters : Module<Tensor, Tensor>
{
    /// <summary>Smallest height and width of a picture.</summary>
    public const int LeastSize = 8;

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
        for (int scale = 0; scale < Scales && size >= LeastSize; scale++, size /= 2)
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

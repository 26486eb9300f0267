using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Weights;

/// <summary>The files that tests/peers/weights_fixtures.py wrote, and the formula that it filled them by.</summary>
internal static class WeightsFixture
{
    public static readonly string Folder = System.IO.Path.Combine(AppContext.BaseDirectory, "Weights", "Fixtures");

    /// <summary>Names and shapes of the files called network.</summary>
    public static readonly Dictionary<string, long[]> Network = new()
    {
        ["features.0.weight"] = [4, 3, 3, 3],
        ["features.0.bias"] = [4],
        ["features.1.weight"] = [4],
        ["features.1.bias"] = [4],
        ["features.1.running_mean"] = [4],
        ["features.1.running_var"] = [4],
        ["features.1.num_batches_tracked"] = [],
        ["classifier.0.weight"] = [5, 4],
        ["classifier.0.bias"] = [5],
        ["classifier.1.weight"] = [3, 5],
        ["classifier.1.bias"] = [3],
    };

    public static string Path(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>Element i of n, before a floating type divides it by 8.</summary>
    public static int Whole(int i, int n) => ((7 * i) + n) % 61 - 30;

    public static float[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => Whole(i, count) / 8f)];

    public static float[] Values(long[] shape) => Values((int)shape.Aggregate(1L, (product, length) => product * length));

    public static float[] Floats(PretrainedWeights weights, string name)
    {
        using Tensor tensor = weights.Read(name);
        return [.. tensor.data<float>()];
    }

    public static float[] Floats(Tensor tensor)
    {
        using Tensor copy = tensor.detach().to_type(ScalarType.Float32).contiguous();
        return [.. copy.data<float>()];
    }
}

/// <summary>The network whose state the fixtures called network hold.</summary>
internal sealed class SmallNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Sequential features = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4));
    private readonly Sequential classifier;

    public SmallNetwork(int classes = 3)
        : base(nameof(SmallNetwork))
    {
        classifier = nn.Sequential(nn.Linear(4, 5), nn.Linear(5, classes));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => classifier.call(features.call(input).mean([2, 3]));
}

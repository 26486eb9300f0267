using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>(pixel − mean) / deviation, a mean and a deviation a channel; pixels are in [0, 1]. Part of the graph, not of the weights.</summary>
internal sealed class PixelNormalization : Module<Tensor, Tensor>, IOnnxConvertible
{
    private readonly float[] mean, deviation;
    private readonly Tensor offset, factor;

    public PixelNormalization(IReadOnlyList<float> mean, IReadOnlyList<float> deviation)
        : base(nameof(PixelNormalization))
    {
        this.mean = [.. mean];
        this.deviation = [.. deviation];
        factor = tensor(this.deviation.Select(d => 1 / d).ToArray(), [mean.Count, 1, 1]).DetachFromDisposeScope();
        offset = tensor(this.mean.Zip(this.deviation, (m, d) => -m / d).ToArray(), [mean.Count, 1, 1]).DetachFromDisposeScope();
        register_buffer(nameof(offset), offset, persistent: false);
        register_buffer(nameof(factor), factor, persistent: false);
    }

    public override Tensor forward(Tensor pixels)
    {
        Tensor x = pixels * get_buffer(nameof(factor))!;
        return x.add_(get_buffer(nameof(offset))!);
    }

    public void ToOnnx(OnnxCall call)
    {
        long[] shape = [mean.Length, 1, 1];
        call.SetOutput(call.Input() * call.Constant([.. deviation.Select(d => 1 / d)], shape) + call.Constant([.. mean.Zip(deviation, (m, d) => -m / d)], shape));
    }
}

/// <summary>
/// What of a larger picture the network sees: its centre, or ten crops (the four corners and the centre, then their mirror images),
/// one after another in the batch. Source: the AlexNet paper, section 4.1.
/// </summary>
internal sealed class Crops(int from, int size, bool ten) : Module<Tensor, Tensor>(nameof(Crops)), IOnnxConvertible
{
    public const int Ten = 10;

    // Top and left of each.
    private readonly (int Top, int Left)[] corners = ten
        ? [(0, 0), (0, from - size), (from - size, 0), (from - size, from - size), ((from - size) / 2, (from - size) / 2)]
        : [((from - size) / 2, (from - size) / 2)];

    public int Count => ten ? Ten : 1;

    public override Tensor forward(Tensor pixels)
    {
        Tensor[] crops = [.. corners.Select(c => pixels.narrow(2, c.Top, size).narrow(3, c.Left, size))];
        return ten ? cat([.. crops, .. crops.Select(crop => crop.flip(3))], 0) : crops[0].contiguous();
    }

    /// <summary>The same as ONNX nodes: keep the two beside each other.</summary>
    public void ToOnnx(OnnxCall call)
    {
        OnnxValue[] crops = [.. corners.Select(c => size == from ? call.Input() : call.Input().Slice(2, c.Top, c.Top + size).Slice(3, c.Left, c.Left + size))];
        call.SetOutput(ten
            ? call.Concat(0, [.. crops, .. crops.Select(crop => crop.Slice(3, -1, long.MinValue, -1))])
            : crops[0].Node("Identity"));
    }
}

/// <summary>Of rows for every crop, [crops · N, length], the mean for every picture, [N, length]: what <see cref="Crops"/> took apart.</summary>
internal sealed class MeanOverCrops(int crops) : Module<Tensor, Tensor>(nameof(MeanOverCrops)), IOnnxConvertible
{
    public override Tensor forward(Tensor rows) => rows.reshape(crops, -1, rows.shape[1]).mean([0L]);

    public void ToOnnx(OnnxCall call) =>
        call.SetOutput(call.Input().Reshape(crops, -1, call.InputShape()[1]).ReduceMean([0], keepDimensions: false));
}

/// <summary>The mean of several tensors of one shape.</summary>
internal sealed class AverageOf() : Module<Tensor[], Tensor>(nameof(AverageOf)), IOnnxConvertible
{
    public override Tensor forward(Tensor[] parts) => stack(parts, 0).mean([0L]);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Node("Mean", [.. Enumerable.Range(0, call.InputCount).Select(i => call.Input(i))]));
}

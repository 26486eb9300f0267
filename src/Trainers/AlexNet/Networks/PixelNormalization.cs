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

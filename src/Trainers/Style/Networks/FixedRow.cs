using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>One row of numbers, [1, n] or [1], whatever goes in: an input of a network that a saved pipeline fixes.</summary>
internal sealed class FixedRow(float[] values, params long[] shape) : Module<Tensor, Tensor>(nameof(FixedRow)), IOnnxConvertible
{
    public override Tensor forward(Tensor x) => tensor(values, shape, device: x.device);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Constant(values, shape));
}

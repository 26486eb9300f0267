using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>Leaves out the last row and column: what TensorFlow's <c>SAME</c> pads below and to the right, in its transpose.</summary>
internal sealed class TrimEdge() : Module<Tensor, Tensor>(nameof(TrimEdge)), IOnnxConvertible
{
    public override Tensor forward(Tensor x) => x.narrow(2, 0, x.shape[2] - 1).narrow(3, 0, x.shape[3] - 1);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input().Slice(2, 0, -1).Slice(3, 0, -1));
}

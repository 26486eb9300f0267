using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>picture + strength · (painted − picture), limited to 0 … 255; strength is a number a picture, [N].</summary>
internal sealed class BlendByStrength() : Module<Tensor, Tensor, Tensor, Tensor>(nameof(BlendByStrength)), IOnnxConvertible
{
    public override Tensor forward(Tensor picture, Tensor painted, Tensor strength) =>
        (picture + strength.reshape(-1, 1, 1, 1) * (painted.clamp(0, 255) - picture)).clamp(0, 255);

    public void ToOnnx(OnnxCall call)
    {
        OnnxValue picture = call.Input();
        call.SetOutput((picture + call.Input(2).Reshape(-1, 1, 1, 1) * (call.Input(1).Clip(0, 255) - picture)).Clip(0, 255));
    }
}

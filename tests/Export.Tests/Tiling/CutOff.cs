using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>A picture without so many rows and columns at its borders.</summary>
internal sealed class CutOff(int top, int left, int bottom, int right) : Module<Tensor, Tensor>(nameof(CutOff)), IOnnxConvertible
{
    public override Tensor forward(Tensor input) =>
        input.narrow(2, top, input.shape[2] - top - bottom).narrow(3, left, input.shape[3] - left - right);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input()
        .Slice(2, top, bottom == 0 ? long.MaxValue : -bottom).Slice(3, left, right == 0 ? long.MaxValue : -right));
}

using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>A class's index, Single [N, 1], to its one-hot row, [N, classes]; the nearest class where there is no such one.</summary>
internal sealed class OneHotClass(int classes) : Module<Tensor, Tensor>(nameof(OneHotClass)), IOnnxConvertible
{
    public override Tensor forward(Tensor index) => index.round().clamp(0, classes - 1).eq(arange(classes, float32, index.device)).to_type(float32);

    public void ToOnnx(OnnxCall call)
    {
        float[] indices = [.. Enumerable.Range(0, classes).Select(i => (float)i)];
        call.SetOutput(call.Input().Node("Round").Clip(0, classes - 1).Node("Equal", call.Constant(indices, classes)).Cast(OnnxElementType.Float));
    }
}

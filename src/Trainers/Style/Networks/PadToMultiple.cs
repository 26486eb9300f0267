using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>Mirrors a picture below and to the right until height and width are multiples of a number.</summary>
internal sealed class PadToMultiple(int multiple) : Module<Tensor, Tensor>(nameof(PadToMultiple)), IOnnxConvertible
{
    public override Tensor forward(Tensor x) => functional.pad(x, (0L, Missing(x.shape[3]), 0L, Missing(x.shape[2])), TorchSharp.PaddingModes.Reflect);

    /// <summary>The same as ONNX nodes: keep the two beside each other.</summary>
    public void ToOnnx(OnnxCall call)
    {
        OnnxValue x = call.Input();
        OnnxValue size = x.Shape().Slice(0, 2, 4), whole = call.Constant([(long)multiple, multiple]);
        OnnxValue missing = (whole - size.Node("Mod", whole)).Node("Mod", whole);
        OnnxValue pads = call.Concat(0, call.Constant([0, 0, 0, 0, 0, 0]), missing);
        call.SetOutput(call.Node("Pad", [x, pads], ("mode", "reflect")));
    }

    private long Missing(long length) => (multiple - length % multiple) % multiple;
}

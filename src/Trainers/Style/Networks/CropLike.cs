using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>The upper left part of a picture, of another one's height and width.</summary>
internal sealed class CropLike() : Module<Tensor, Tensor, Tensor>(nameof(CropLike)), IOnnxConvertible
{
    public override Tensor forward(Tensor picture, Tensor like) => picture.narrow(2, 0, like.shape[2]).narrow(3, 0, like.shape[3]);

    public void ToOnnx(OnnxCall call)
    {
        OnnxValue size = call.Input(1).Shape().Slice(0, 2, 4);
        call.SetOutput(call.Node("Slice", [call.Input(), call.Constant([0, 0]), size, call.Constant([2, 3])]));
    }
}

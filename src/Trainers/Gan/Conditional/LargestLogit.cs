using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>A logit a class, [N, classes], to the largest of them, [N, 1]: how real a picture is as one of the class that suits it best.</summary>
internal sealed class LargestLogit() : Module<Tensor, Tensor>(nameof(LargestLogit)), IOnnxConvertible
{
    public override Tensor forward(Tensor logits) => logits.amax([1L], keepdim: true);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input().ReduceMax([1]));
}

using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen;

/// <summary>An input that is an output too.</summary>
internal sealed class HandOn() : Module<Tensor, Tensor>(nameof(HandOn)), IOnnxConvertible
{
    public override Tensor forward(Tensor x) => x.clone();

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input().Node("Identity"));
}

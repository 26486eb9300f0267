using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>The mean of several tensors of one shape.</summary>
internal sealed class AverageOf() : Module<Tensor[], Tensor>(nameof(AverageOf)), IOnnxConvertible
{
    public override Tensor forward(Tensor[] parts) => stack(parts, 0).mean([0L]);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Node("Mean", [.. Enumerable.Range(0, call.InputCount).Select(i => call.Input(i))]));
}

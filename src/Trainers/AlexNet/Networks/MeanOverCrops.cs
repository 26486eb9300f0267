using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>Of rows for every crop, [crops · N, length], the mean for every picture, [N, length]: what <see cref="Crops"/> took apart.</summary>
internal sealed class MeanOverCrops(int crops) : Module<Tensor, Tensor>(nameof(MeanOverCrops)), IOnnxConvertible
{
    public override Tensor forward(Tensor rows) => rows.reshape(crops, -1, rows.shape[1]).mean([0L]);

    public void ToOnnx(OnnxCall call) =>
        call.SetOutput(call.Input().Reshape(crops, -1, call.InputShape()[1]).ReduceMean([0], keepDimensions: false));
}

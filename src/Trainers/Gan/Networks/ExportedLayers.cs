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

/// <summary>A logit a class, [N, classes], to the largest of them, [N, 1]: how real a picture is as one of the class that suits it best.</summary>
internal sealed class LargestLogit() : Module<Tensor, Tensor>(nameof(LargestLogit)), IOnnxConvertible
{
    public override Tensor forward(Tensor logits) => logits.amax([1L], keepdim: true);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input().ReduceMax([1]));
}

/// <summary>Standard normal draws to uniform ones in [−1, 1]: 2Φ(z) − 1 = erf(z/√2), so that one latent sampler serves every network.</summary>
internal sealed class NormalToUniform() : Module<Tensor, Tensor>(nameof(NormalToUniform)), IOnnxConvertible
{
    public override Tensor forward(Tensor latent) => (latent / Math.Sqrt(2)).erf_();

    public void ToOnnx(OnnxCall call) => call.SetOutput((call.Input() / Math.Sqrt(2)).Node("Erf"));
}

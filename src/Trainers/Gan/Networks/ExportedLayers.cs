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

/// <summary>Standard normal draws to uniform ones in [−1, 1]: 2Φ(z) − 1 = erf(z/√2), so that one latent sampler serves every network.</summary>
internal sealed class NormalToUniform() : Module<Tensor, Tensor>(nameof(NormalToUniform)), IOnnxConvertible
{
    public override Tensor forward(Tensor latent) => (latent / Math.Sqrt(2)).erf_();

    public void ToOnnx(OnnxCall call) => call.SetOutput((call.Input() / Math.Sqrt(2)).Node("Erf"));
}

using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>Judges a reconstruction: mean squared error per pixel, and −log p(x|z) in nats.</summary>
/// <remarks>
/// In: pixels and reconstruction, float32 [N, …shape] in [0, 1]. Out: two float32 [N, 1].
/// Where float32 cannot tell 1 − p from 0 its logarithm is held at that of half a step, ln 2⁻²⁵; ln p, which float32
/// resolves further, at −100, as PyTorch's binary_cross_entropy holds it.
/// </remarks>
internal sealed class PictureScores(VaeLikelihood likelihood, double gaussianDeviation)
    : Module<Tensor, Tensor, (Tensor Error, Tensor NegativeLogLikelihood)>(nameof(PictureScores)), IOnnxConvertible
{
    private const double LeastLogarithm = -100;
    private const double LeastLogarithmOfRest = -17.33;

    private readonly double variance = gaussianDeviation * gaussianDeviation;

    public override (Tensor Error, Tensor NegativeLogLikelihood) forward(Tensor pixels, Tensor reconstruction)
    {
        Tensor x = pixels.flatten(1);
        Tensor p = reconstruction.flatten(1);
        Tensor squares = (x - p).pow(2);
        Tensor nats = likelihood == VaeLikelihood.Bernoulli
            ? -(x * p.log().clamp_min(LeastLogarithm) + (1 - x) * (1 - p).log().clamp_min(LeastLogarithmOfRest))
            : squares / (2 * variance) + 0.5 * Math.Log(2 * Math.PI * variance);
        return (squares.mean([1], keepdim: true), nats.sum(1, keepdim: true));
    }

    /// <summary>The same formulas as ONNX nodes: keep the two beside each other.</summary>
    public void ToOnnx(OnnxCall call)
    {
        OnnxValue x = call.Input(0).Node("Flatten");
        OnnxValue p = call.Input(1).Node("Flatten");
        OnnxValue squares = (x - p).Square();
        OnnxValue nats = likelihood == VaeLikelihood.Bernoulli
            ? -(x * p.Log().Clip(LeastLogarithm) + (1 - x) * (1 - p).Log().Clip(LeastLogarithmOfRest))
            : squares / (2 * variance) + 0.5 * Math.Log(2 * Math.PI * variance);
        call.SetOutput(squares.ReduceMean([1]), 0);
        call.SetOutput(nats.ReduceSum([1]), 1);
    }
}

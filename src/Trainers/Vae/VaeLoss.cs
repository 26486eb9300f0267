using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>The two terms of −ELBO, in nats, summed over a batch. Source: Kingma and Welling 2013, equation 7.</summary>
internal sealed class VaeLoss(VaeLikelihood likelihood, double gaussianDeviation)
{
    /// <summary>Σ −log p(x|z). Logits and pixels are [N, …shape]; pixels in [0, 1].</summary>
    public Tensor Reconstruction(Tensor logits, Tensor pixels)
    {
        if (likelihood == VaeLikelihood.Bernoulli)
            return functional.binary_cross_entropy_with_logits(logits, pixels, reduction: Reduction.Sum);
        double variance = gaussianDeviation * gaussianDeviation;
        Tensor squares = functional.mse_loss(logits.sigmoid(), pixels, Reduction.Sum);
        return squares / (2 * variance) + pixels.numel() * 0.5 * Math.Log(2 * Math.PI * variance);
    }

    /// <summary>Σ KL(q(z|x) ‖ N(0, 1)) = −½ Σ (1 + logVar − mean² − exp(logVar)).</summary>
    public static Tensor Kl(Tensor mean, Tensor logVar) => -0.5 * (1 + logVar - mean.pow(2) - logVar.exp()).sum();
}

/// <summary>Judges a reconstruction: mean squared error per pixel, and −log p(x|z) in nats.</summary>
/// <remarks>
/// In: pixels float32 [N, …shape] in [0, 1], and the decoder's logits of the same shape. Out: two float32 [N, 1].
/// Cross-entropy is taken from logits, max(l, 0) − l·x + ln(1 + exp(−|l|)): probabilities near 0 and 1 have lost what it needs.
/// </remarks>
internal sealed class PictureScores(VaeLikelihood likelihood, double gaussianDeviation)
    : Module<Tensor, Tensor, (Tensor Error, Tensor NegativeLogLikelihood)>(nameof(PictureScores)), IOnnxConvertible
{
    private readonly double variance = gaussianDeviation * gaussianDeviation;

    public override (Tensor Error, Tensor NegativeLogLikelihood) forward(Tensor pixels, Tensor logits)
    {
        Tensor x = pixels.flatten(1);
        Tensor l = logits.flatten(1);
        Tensor squares = (x - l.sigmoid()).pow(2);
        Tensor nats = likelihood == VaeLikelihood.Bernoulli
            ? l.relu() - l * x + (1 + (-l.abs()).exp()).log()
            : squares / (2 * variance) + 0.5 * Math.Log(2 * Math.PI * variance);
        return (squares.mean([1], keepdim: true), nats.sum(1, keepdim: true));
    }

    /// <summary>The same formulas as ONNX nodes: keep the two beside each other.</summary>
    public void ToOnnx(OnnxCall call)
    {
        OnnxValue x = call.Input(0).Node("Flatten");
        OnnxValue l = call.Input(1).Node("Flatten");
        OnnxValue squares = (x - l.Node("Sigmoid")).Square();
        OnnxValue nats = likelihood == VaeLikelihood.Bernoulli
            ? l.Node("Relu") - l * x + (1 + (-l.Node("Abs")).Exp()).Log()
            : squares / (2 * variance) + 0.5 * Math.Log(2 * Math.PI * variance);
        call.SetOutput(squares.ReduceMean([1]), 0);
        call.SetOutput(nats.ReduceSum([1]), 1);
    }
}

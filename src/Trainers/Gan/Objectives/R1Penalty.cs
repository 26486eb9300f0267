using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>The gradient penalty on real pictures, γ/2·‖∇D(x)‖². Mescheder et al. 2018 (arXiv:1801.04406), section 4.1, equation 9.</summary>
internal static class R1Penalty
{
    /// <param name="logits">D(x), [N, 1].</param>
    /// <param name="real">x, which requires a gradient.</param>
    /// <param name="gamma">γ.</param>
    public static Tensor Of(Tensor logits, Tensor real, double gamma) => InputGradient.SquaredNorms(logits, real).mean() * (gamma / 2);
}

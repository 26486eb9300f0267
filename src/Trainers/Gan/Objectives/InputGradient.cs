using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>The gradient of a discriminator's output with respect to its input, which can be differentiated again.</summary>
internal static class InputGradient
{
    /// <summary>‖∇D(x)‖² of each picture, [N].</summary>
    /// <param name="logits">D(x), [N, 1], where no row depends on another's picture.</param>
    /// <param name="pictures">x, which requires a gradient.</param>
    public static Tensor SquaredNorms(Tensor logits, Tensor pictures)
    {
        Tensor gradient = autograd.grad([logits.sum()], [pictures], retain_graph: true, create_graph: true)[0];
        return gradient.flatten(1).square().sum(1);
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>What a discriminator's layers are made of, beyond its source.</summary>
/// <param name="BatchNorm">Whether it normalises over the batch, as the sources do; one under a gradient penalty does not.</param>
/// <param name="SpectralNorm">Whether every layer's weight is spectrally normalised.</param>
internal sealed record DiscriminatorLayers(bool BatchNorm, bool SpectralNorm)
{
    /// <summary>As the sources have them.</summary>
    public static DiscriminatorLayers Plain { get; } = new(BatchNorm: true, SpectralNorm: false);

    /// <summary>A convolution; where it has no bias because <see cref="Norm"/> follows, and that is left out, it gets one.</summary>
    public Module<Tensor, Tensor> Convolution(int from, int to, int kernel, int stride, int padding, bool biased = true, bool normed = false)
    {
        Conv2d layer = Conv2d(from, to, kernel, stride, padding, bias: biased || (normed && !BatchNorm));
        return SpectralNorm ? new SpectralConvolution(layer) : layer;
    }

    public Module<Tensor, Tensor> Dense(int from, int to)
    {
        Linear layer = Linear(from, to);
        return SpectralNorm ? new SpectralDense(layer) : layer;
    }

    /// <summary>BatchNorm, or no layer at all.</summary>
    public IEnumerable<Module<Tensor, Tensor>> Norm(int width, double epsilon = 1e-5, double momentum = 0.1) =>
        BatchNorm ? [BatchNorm2d(width, epsilon, momentum)] : [];
}

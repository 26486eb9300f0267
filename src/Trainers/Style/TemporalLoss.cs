using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>
/// How much a painting changes where its picture hardly does: mean squared difference, in grey levels, between a picture's painting and that of the
/// same picture a few pixels further on, with noise. A film painted frame by frame flickers less for it.
/// </summary>
/// <remarks>
/// Source: Ruder, Dosovitskiy and Brox 2018, arXiv:1708.04538, section 4, trains on moved still pictures so; the noise is Schlegel's "noise
/// resilience". The motion is known, so no optical flow is needed.
/// </remarks>
internal sealed class TemporalLoss(double weight)
{
    private const int Margin = StyleShape.Multiple;
    private const double Noise = 5;

    /// <param name="network">What paints.</param>
    /// <param name="painted">Of <paramref name="pixels"/>, with its gradient.</param>
    /// <param name="pixels">[N, 3, H, W], H and W multiples of 4.</param>
    /// <param name="style">Their styles' weights, if there are several.</param>
    /// <param name="draws">For the way moved.</param>
    public Tensor Of(TransformNetwork network, Tensor painted, Tensor pixels, Tensor[] style, Random draws)
    {
        long height = pixels.shape[2] - Margin, width = pixels.shape[3] - Margin;
        long down = draws.Next(Margin + 1), right = draws.Next(Margin + 1);
        Tensor moved = Part(pixels);
        Tensor again = network.call([moved + randn_like(moved) * Noise, .. style]);
        return (again - Part(painted)).square().mean() * weight;

        Tensor Part(Tensor whole) => whole.narrow(2, down, height).narrow(3, right, width);
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>The weighted terms of the loss, each a scalar tensor that gradients run through; the mean over the batch.</summary>
internal sealed record StyleTerms(Tensor Content, Tensor Style, Tensor TotalVariation)
{
    private Tensor? total;

    /// <summary>Their sum.</summary>
    public Tensor Total => total ??= Content + Style + TotalVariation;

    public StyleLossTerms ToNumbers() => new(Content.ToDouble(), Style.ToDouble(), TotalVariation.ToDouble());
}

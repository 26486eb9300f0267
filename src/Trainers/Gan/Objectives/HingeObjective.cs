using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>The hinge loss. Lim and Ye 2017; Miyato et al. 2018, equations 16 and 17.</summary>
internal sealed class HingeObjective : IGanObjective
{
    public Tensor OnReal(Tensor logits) => (1 - logits).relu().mean();

    public Tensor OnMade(Tensor logits) => (1 + logits).relu().mean();

    public Tensor Passing(Tensor logits) => -logits.mean();
}

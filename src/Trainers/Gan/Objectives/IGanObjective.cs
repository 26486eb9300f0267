using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>What the two networks minimise, each a mean over the batch, of the discriminator's outputs [N, 1].</summary>
internal interface IGanObjective
{
    /// <summary>The discriminator's loss on real pictures.</summary>
    Tensor OnReal(Tensor logits);

    /// <summary>Its loss on made ones.</summary>
    Tensor OnMade(Tensor logits);

    /// <summary>The generator's loss, of what the discriminator says of its pictures.</summary>
    Tensor Passing(Tensor logits);

    /// <summary>What the discriminator's loss has beside these; null where it has nothing.</summary>
    /// <param name="judge">The discriminator, [N, channels, H, W] to [N, 1].</param>
    /// <param name="real">The real pictures it saw.</param>
    /// <param name="made">The made ones, as many.</param>
    Tensor? Penalty(Func<Tensor, Tensor> judge, Tensor real, Tensor made) => null;
}

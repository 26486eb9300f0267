using Microsoft.ML;
using MLNetGen.Gan;

namespace MLNetGen;

/// <summary>
/// The generator of a trained DCGAN: adds <c>Image</c>, a picture, to rows of <c>Latent</c>, a standard normal vector
/// (<see cref="GenerativeCatalog.SampleLatent"/>).
/// </summary>
public sealed class DcganGenerator : OnnxChainTransformer
{
    internal DcganGenerator(ITransformer chain, int latentDimension, int classCount, bool averaged, OnnxBundle? files)
        : base(chain, files, history: null, ownsFiles: false)
    {
        LatentDimension = latentDimension;
        ClassCount = classCount;
        IsAveraged = averaged;
    }

    /// <summary>Length of a latent vector.</summary>
    public int LatentDimension { get; }

    /// <summary>
    /// Classes that it knows, or 0. Where it knows any, its rows need <c>Class</c> too, a vector of one Single: the index of the
    /// class to draw, from 0 to one less than this (<see cref="DcganTransformer.ClassNames"/>). It is rounded to a whole number; one
    /// below draws the first class, one beyond the last.
    /// </summary>
    public int ClassCount { get; }

    /// <summary>Whether its weights are an average over training (<see cref="DcganTrainer.Options.AverageGenerator"/>); otherwise those of the last step.</summary>
    public bool IsAveraged { get; }

    /// <summary>Finds the generator in a chain: one that <c>mlContext.Model.Load</c> gave back, or one that its GAN was just trained in.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The chain.</param>
    /// <exception cref="ArgumentException">The model is not the generator of a <see cref="DcganTransformer"/>.</exception>
    public static DcganGenerator FromModel(MLContext context, ITransformer model) =>
        TryFromModel(context, model) ?? throw NoneIn(model, "the generator of a DCGAN");

    /// <summary>The same; null for another model.</summary>
    public static DcganGenerator? TryFromModel(MLContext context, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        if (model is DcganGenerator same)
            return same;
        if ((ChainParts.Trained<DcganGenerator>(model) ?? ChainParts.Trained<DcganTransformer>(model)?.Generator) is { } trained)
            return trained;
        ChainNetworks networks = new(model, nameof(DcganTrainer), DcganColumns.Latent, DcganColumns.Class);
        foreach (bool averaged in (bool[])[true, false])
        {
            if (networks.LengthOf(DcganColumns.HandedOnBy(averaged)) is > 0 and var dimension)
                return new(model, dimension, networks.LengthOf(DcganColumns.ClassesHandedOn), averaged, files: null);
        }
        return null;
    }
}

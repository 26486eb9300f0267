using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>New pictures by a generative model of any family.</summary>
internal static class Drawing
{
    /// <summary>Rows with <c>Image</c>; a generator of classes draws all of them by turns, or one alone.</summary>
    public static IDataView Draw(MLContext context, ITransformer model, int count, int seed, int? onlyClass = null)
    {
        (ITransformer draw, int dimension, int classes) = model switch
        {
            VaeTransformer vae => (vae.Decoder, vae.LatentDimension, 0),
            DcganGenerator gan => (gan, gan.LatentDimension, gan.ClassCount),
            _ => throw new ArgumentException($"a {model.GetType().Name} draws no pictures.", nameof(model)),
        };
        if (onlyClass is { } one && (one < 0 || one >= classes))
            throw new ArgumentException(classes == 0 ? $"--class is {one}, and this model knows no classes: leave it out." : $"--class is {one}; this model has classes 0 to {classes - 1}.");
        int[]? turns = classes == 0 ? null : onlyClass is { } alone ? [alone] : [.. Enumerable.Range(0, classes)];
        return draw.Transform(context.Generative.SampleLatent(count, dimension, seed, classes: turns));
    }
}

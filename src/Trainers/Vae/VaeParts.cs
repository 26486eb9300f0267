using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen.Vae;

/// <summary>The parts of a VAE's pipeline, as public ML.NET transformers.</summary>
/// <param name="Preprocess">From the input column to <see cref="VaeColumns.Pixels"/>.</param>
/// <param name="Encoder">Pixels to latent mean and log-variance.</param>
/// <param name="Decoder">Latent to reconstructed pixels and their logits.</param>
/// <param name="Scores">Pixels and logits to error and likelihood.</param>
/// <param name="LatentDimension">Length of a latent vector.</param>
/// <param name="Shape">[channels, height, width], or [length].</param>
internal sealed record VaeParts(
    TransformerChain<ITransformer> Preprocess,
    OnnxTransformer Encoder,
    OnnxTransformer Decoder,
    OnnxTransformer Scores,
    int LatentDimension,
    long[] Shape)
{
    /// <summary>Finds the parts in a chain, such as <c>Model.Load</c> gives back, by the columns they add.</summary>
    /// <exception cref="ArgumentException">The model is not a VAE's.</exception>
    public static VaeParts Find(ITransformer model)
    {
        List<ITransformer> all = [.. ChainParts.Flatten(model)];
        // Vectors of unknown size: OnnxTransformer takes them at this stage whatever size its network has.
        DataViewSchema inputs = EmptyView.OfVectors(VaeColumns.Pixels, VaeColumns.EncodedPixels, VaeColumns.Latent, VaeColumns.Logits).Schema;
        OnnxTransformer? encoder = null, decoder = null, scores = null;
        int latent = 0;
        long[] shape = [];
        foreach (OnnxTransformer onnx in all.OfType<OnnxTransformer>())
        {
            if (ChainParts.AddedBy(onnx, inputs) is not { } added)
                continue;
            if (added.ContainsKey(VaeColumns.LatentLogVariance))
            {
                (encoder, latent) = (onnx, added[VaeColumns.Latent].Size);
            }
            else if (added.ContainsKey(VaeColumns.ReconstructionError))
            {
                scores = onnx;
            }
            else if (added.TryGetValue(VaeColumns.ReconstructedPixels, out VectorDataViewType? pixels))
            {
                decoder = onnx;
                // ML.NET puts the batch of one in front.
                shape = [.. pixels.Dimensions.Skip(pixels.Dimensions.Length is 2 or 4 ? 1 : 0).Select(d => (long)d)];
            }
        }
        if (encoder is null || decoder is null || scores is null)
        {
            throw new ArgumentException("this model is not one that VaeTrainer made: there is no encoder and decoder in its chain "
                + $"({string.Join(", ", all.Select(t => t.GetType().Name))}).", nameof(model));
        }
        TransformerChain<ITransformer> preprocess = new TransformerChain<ITransformer>([.. all.Take(all.IndexOf(encoder))]);
        return new VaeParts(preprocess, encoder, decoder, scores, latent, shape);
    }
}

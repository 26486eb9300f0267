namespace MLNetGen.Vae;

/// <summary>The columns of a VAE's pipeline. Where ONNX nodes carry them, they are the nodes' names too.</summary>
internal static class VaeColumns
{
    // What a user sees.
    public const string Latent = "Latent";
    public const string LatentLogVariance = "LatentLogVariance";
    public const string Reconstruction = "Reconstruction";
    public const string ReconstructionError = "ReconstructionError";
    public const string DecodedImage = "Image";

    // Lower case, so as not to meet a user's own: they are dropped at the end of the pipeline.
    public const string Pixels = NetworkInput.Pixels;
    public const string EncodedPixels = "encodedPixels";
    public const string ReconstructedPixels = "reconstruction";
    public const string Planes = "planes";
    public const string NegativeLogLikelihood = "negativeLogLikelihood";
}

namespace MLNetGen.Vae;

/// <summary>The columns of a VAE's pipeline, and the names of the ONNX nodes that carry them.</summary>
internal static class VaeColumns
{
    // What a user sees.
    public const string Latent = "Latent";
    public const string LatentLogVariance = "LatentLogVariance";
    public const string Reconstruction = "Reconstruction";
    public const string ReconstructionError = "ReconstructionError";
    public const string DecodedImage = "Image";

    // Dropped at the end of the pipeline, so not names that a user's own columns have.
    public const string Pixels = NetworkInput.Pixels;
    public const string EncodedPixels = "mlnetgen.encodedPixels";
    public const string ReconstructedPixels = "mlnetgen.reconstruction";
    public const string Logits = "mlnetgen.logits";
    public const string Planes = "mlnetgen.planes";
    public const string NegativeLogLikelihood = "mlnetgen.negativeLogLikelihood";

    // The nodes of the files for other ONNX consumers, where they differ.
    public const string OnnxPixels = "pixels";
    public const string OnnxReconstruction = "reconstruction";
}

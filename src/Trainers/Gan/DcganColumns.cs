namespace MLNetGen.Gan;

/// <summary>The columns of a GAN's pipelines, and the names of the ONNX nodes that carry them.</summary>
internal static class DcganColumns
{
    // What a user sees.
    public const string Latent = "Latent";
    public const string Class = LatentRows.ClassColumnName;
    public const string Image = "Image";
    public const string Realness = "Realness";

    // Dropped at the end of the pipeline.
    public const string Pixels = NetworkInput.Pixels;
    public const string Planes = "mlnetgen.planes";

    // z handed on; its name tells a loaded chain whether its weights are averaged.
    public const string HandedOn = "mlnetgen.latent";
    public const string HandedOnLive = "mlnetgen.latent.live";
    public const string ClassesHandedOn = "mlnetgen.classes";

    // The nodes of the files for other ONNX consumers, where they differ.
    public const string OnnxPixels = "pixels";

    public static string HandedOnBy(bool averaged) => averaged ? HandedOn : HandedOnLive;
}

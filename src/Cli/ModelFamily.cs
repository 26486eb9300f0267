namespace MLNetGen.Cli;

/// <summary>Which family a model is of, for those who gave it to a command of another.</summary>
internal static class ModelFamily
{
    private static readonly Dictionary<string, string> Known = new()
    {
        ["vae"] = "a VAE: generate, reconstruct, interpolate, traverse, map, outliers and evaluate take it",
        ["gan"] = "of a GAN: generate and evaluate take its model.zip, score its discriminator.zip too",
        ["alexnet"] = "an AlexNet, a classifier: classify, evaluate and similar take it",
        ["fine-tuning"] = "a fine-tuned classifier: classify, evaluate and similar take it",
        ["style"] = "a style network: stylize takes it",
        ["superResolution"] = "a super-resolution network: upscale takes it",
        ["features"] = "an extractor of features: evaluate takes it, as --extractor",
        ["torch"] = "a network of one's own: score takes it",
    };

    /// <summary>What it is and who takes it, as the end of a sentence that began with its name; null where nobody knows.</summary>
    /// <param name="path">A file that is there.</param>
    public static string? Of(string path)
    {
        try
        {
            return ModelArchive.Metadata(path).Select(texts => Known.GetValueOrDefault(texts.GetValueOrDefault("family", ""))).FirstOrDefault(family => family is not null);
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            return null;
        }
    }
}

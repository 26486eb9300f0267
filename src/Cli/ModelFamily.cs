using System.Globalization;

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
        ["style"] = "a style network: stylize and evaluate take it",
        ["superResolution"] = "a super-resolution network: upscale and evaluate take it",
        ["features"] = "an extractor of features: evaluate takes it, as --extractor",
        ["torch"] = "a network of one's own: score takes it",
    };

    /// <summary>What it is and who takes it, as the end of a sentence that began with its name; null where nobody knows.</summary>
    /// <param name="path">A file that is there.</param>
    public static string? Of(string path) => NameOf(path) is { } family ? Known[family] : null;

    /// <summary>As metadata name it; null where nobody knows.</summary>
    /// <param name="path">A file that is there.</param>
    public static string? NameOf(string path)
    {
        try
        {
            return ModelArchive.Metadata(path).Select(texts => texts.GetValueOrDefault("family", "")).FirstOrDefault(Known.ContainsKey);
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            return null;
        }
    }

    /// <summary>1 or 3: the channels of a network that learnt from pictures as they were; null of the others, which take colours whatever they learnt from.</summary>
    /// <param name="path">A file that is there.</param>
    /// <param name="family">What it is of.</param>
    public static int? ChannelsOf(string path, string? family) => family is not ("vae" or "gan" or "alexnet") ? null
        : ModelArchive.Read(path, null).SelectMany(part => part.Summary.Inputs.Concat(part.Summary.Outputs))
            .Where(tensor => tensor.Shape is { Count: 4 }).Select(tensor => tensor.Shape![1]).FirstOrDefault(axis => axis is "1" or "3") is { } channels
            ? int.Parse(channels, CultureInfo.InvariantCulture) : null;
}

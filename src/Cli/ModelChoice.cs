using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO.Compression;
using MLNetGen.Onnx;

namespace MLNetGen.Cli;

/// <summary>A model that a user names: its file, the folder of its run, or any file of that.</summary>
internal static class ModelChoice
{
    /// <summary>What training writes for ML.NET.</summary>
    public const string Zip = "model.zip";

    /// <param name="option"><c>--model</c>.</param>
    /// <param name="file">What the command needs of a run.</param>
    /// <param name="orOnnx">Whether any ONNX file will do as well.</param>
    public static Option<string?> OfRun(this Option<string?> option, string file = Zip, bool orOnnx = false)
    {
        option.CustomParser = result => Find(result, file, orOnnx);
        return option;
    }

    /// <param name="argument">A file.</param>
    /// <param name="file">What the command needs of a run.</param>
    /// <param name="orOnnx">Whether any ONNX file will do as well.</param>
    public static Argument<string> OfRun(this Argument<string> argument, string file = Zip, bool orOnnx = false)
    {
        argument.CustomParser = result => Find(result, file, orOnnx);
        return argument;
    }

    private static string? Find(SymbolResult result, string file, bool orOnnx)
    {
        if (result.Tokens.Count == 0)
            return null;
        string named = result.Tokens[^1].Value;
        if (In(named, file, orOnnx) is { } found)
            return found;
        result.AddError(Directory.Exists(named) ? $"the folder '{named}' holds no {file}: is the run in it finished, and of the kind that this command takes?{Runs(file)}"
            : $"there is no model '{named}': name a run's folder, or a file in it.{Runs(file)}");
        return null;
    }

    private static string? In(string named, string file, bool orOnnx)
    {
        if (File.Exists(named) && (EndsAs(file) || (orOnnx && EndsAs(".onnx"))))
            return named;
        // Beside it, or above: samples and checkpoints have folders of their own in a run's.
        string? folder = Directory.Exists(named) ? named : File.Exists(named) ? Path.GetDirectoryName(Path.GetFullPath(named)) : null;
        return folder is null ? null
            : File.Exists(Path.Combine(folder, file)) ? Path.Combine(folder, file)
            : Path.GetDirectoryName(Path.GetFullPath(folder)) is { } above && File.Exists(Path.Combine(above, "run.json")) && File.Exists(Path.Combine(above, file)) ? Path.Combine(above, file)
            // What it is, its reader knows best.
            : File.Exists(named) ? named : null;

        bool EndsAs(string name) => string.Equals(Path.GetExtension(named), Path.GetExtension(name), StringComparison.OrdinalIgnoreCase);
    }

    // Where they lie unless --out said otherwise.
    private static string Runs(string file)
    {
        string[] runs = Directory.Exists("out") ? [.. Directory.EnumerateDirectories("out").Where(run => File.Exists(Path.Combine(run, file))).Order(StringComparer.Ordinal)] : [];
        return runs.Length == 0 ? "" : $" There are {string.Join(", ", runs)}.";
    }
}

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
            return Families(path).Select(family => Known.GetValueOrDefault(family)).FirstOrDefault(family => family is not null);
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            return null;
        }
    }

    private static IEnumerable<string> Families(string path)
    {
        if (!ModelArchive.IsArchive(path))
        {
            using FileStream file = File.OpenRead(path);
            return FamilyIn(file);
        }
        using ZipArchive archive = ZipFile.OpenRead(path);
        return [.. ModelArchive.Networks(archive).SelectMany(network =>
        {
            using Stream bytes = ModelArchive.Open(network, path);
            return FamilyIn(bytes);
        })];
    }

    private static string[] FamilyIn(Stream onnx) => OnnxMetadata.Read(onnx).TryGetValue("family", out string? family) ? [family] : [];
}

using System.Globalization;
using MLNetGen.Export;
using MLNetGen.Onnx;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>A trained network's file, held against the network.</summary>
internal static class OnnxFile
{
    /// <summary>Relative to the largest output: rounding between two engines, many times over, and nothing else.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>
    /// What counts as the largest output where all are smaller. A sigmoid is exact to some 1e-7, whatever it gives: where a decoder draws black, two engines differ by a sixth of the largest pixel.
    /// </summary>
    public const double LeastScale = 1e-3;

    /// <summary>Of pictures: a pixel on the border between two of 255 levels may be rounded either way.</summary>
    public const double OneLevel = 1.01 / 255;

    /// <summary>
    /// Writes the file, compares it with the module in ONNX Runtime, and adds what that said (<c>parityError</c>). Gives the greatest difference, by absolute value.
    /// </summary>
    /// <param name="module">The network.</param>
    /// <param name="example">Its inputs.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Names and metadata.</param>
    /// <param name="tolerance">Of the largest output.</param>
    /// <param name="scale">What counts as the largest output where all are smaller, such as 1 for probabilities.</param>
    /// <param name="remedy">Said where they disagree: what is not lost.</param>
    /// <param name="also">Inputs that they are compared on too: what random ones leave out.</param>
    /// <param name="uncompared">Outputs that rounding may change altogether: the places of scores that are all but equal.</param>
    /// <exception cref="InvalidOperationException">The file does not compute what the module does.</exception>
    public static double Write(ExportableModule module, Tensor[] example, string path, OnnxExportOptions options, double tolerance, string remedy, double scale = LeastScale, Tensor[]? also = null, string[]? uncompared = null)
    {
        double worst = 0;
        // A file that is there already is replaced by one that is right, or not at all.
        SafeFile.Write(path, unfinished =>
        {
            OnnxExporter.Export(module, example, unfinished, options);
            OnnxParity random = OnnxCheck.CompareRandom(module, unfinished, example, options: options);
            OnnxParity[] parities = [.. (also is null ? (OnnxParity[])[random] : [random, OnnxCheck.Compare(module, unfinished, options, also)])
                .Select(parity => new OnnxParity([.. parity.Outputs.Where(output => uncompared?.Contains(output.Name) != true)]))];
            foreach (OnnxParity parity in parities)
                if (!parity.Outputs.All(output => output.MaximumRelativeError <= tolerance || output.MaximumAbsoluteError <= tolerance * scale))
                    throw new InvalidOperationException($"ONNX Runtime and the trained {options.ModelName} disagree ({parity}), beyond {tolerance} of the largest output. {remedy}");
            worst = parities.Max(parity => parity.MaximumAbsoluteError);
            OnnxMetadata.Append(unfinished, new Dictionary<string, string> { ["parityError"] = worst.ToString("G3", CultureInfo.InvariantCulture) });
        });
        return worst;
    }

    /// <summary>
    /// Writes and runs a network of one number: where files cannot be written or ONNX Runtime does not run, that is said before anything is trained.
    /// </summary>
    /// <param name="temporary">Where temporary files lie, <c>MLContext.TempFilePath</c>.</param>
    /// <exception cref="IOException">There is no room for temporary files.</exception>
    public static void Try(string temporary)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder(temporary);
        using nn.Module<Tensor, Tensor> one = nn.Identity();
        OnnxExporter.Export(one, zeros(1, 1), folder.File("one.onnx"));
        OnnxCheck.Compare(one, folder.File("one.onnx"), zeros(1, 1));
    }

    /// <summary>Where the trained weights are when a file cannot be written.</summary>
    public static string WeightsOf(TrainingOptions options) => Checkpoint.Newest(options) is { } checkpoint
        ? $"The trained weights are in '{checkpoint}': FitFromCheckpoint makes the model of them."
        : "No weights are kept: set WorkspacePath to keep them.";
}

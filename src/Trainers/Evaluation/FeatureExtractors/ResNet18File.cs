using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Evaluation;

/// <summary>
/// The ResNet-18 trained on ImageNet of ML.NET's package Microsoft.ML.DnnImageFeaturizer.ResNet18, which puts its files beside the application.
/// Input <c>Input247</c> [1, 3, 224, 224]: BGR, 0 to 255, less a mean picture; output <c>Pooling395_Output_0</c>: 512 features.
/// </summary>
internal static class ResNet18File
{
    /// <summary>The package that a project adds.</summary>
    public const string Package = "Microsoft.ML.DnnImageFeaturizer.ResNet18";

    /// <summary>The network's input.</summary>
    public const string Input = "Input247";

    /// <summary>Its features.</summary>
    public const string Output = "Pooling395_Output_0";

    /// <summary>Where the package's build puts its files.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "DnnImageModels");

    /// <summary>The file's path; null where the package is not there.</summary>
    public static string? Find()
    {
        string path = Path.Combine(Folder, "ResNet18Onnx", "ResNet18.onnx");
        return File.Exists(path) ? path : null;
    }

    /// <summary>The file beside it that prepares its input: it takes the mean picture from pixels, and puts blue first.</summary>
    /// <param name="network">The network's file, in the package's folders.</param>
    public static string PreparationOf(string network) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(network))!, "..", "ResNetPrepOnnx", "ResNetPreprocess.onnx");

    /// <summary>Whether a graph is this network, whatever its file is called: by its input and its output.</summary>
    public static bool Is(GraphProto graph) => graph.Input.Any(input => input.Name == Input) && graph.Output.Any(output => output.Name == Output);

    /// <summary>The mean picture, of the file that prepares the network's input: [1, 3, 224, 224], blue first, 0 to 255.</summary>
    /// <param name="network">The network's file, in the package's folders.</param>
    /// <exception cref="InvalidDataException">The file that prepares its input is damaged.</exception>
    public static TensorProto MeanPicture(string network)
    {
        string preparation = PreparationOf(network);
        using FileStream stream = File.OpenRead(preparation);
        return Protos.Parse(stream, $"'{preparation}'").Graph.Initializer.SingleOrDefault(tensor => tensor.Dims.Count >= 3)
            ?? throw new InvalidDataException($"'{preparation}' has no mean picture: copy the package's file again.");
    }
}

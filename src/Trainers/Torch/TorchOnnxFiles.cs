using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Torch;

/// <summary>The ONNX files of a network of one's own, in a folder of their own that goes with this object: ML.NET reads a model's file again when it saves it.</summary>
internal sealed class TorchOnnxFiles : IDisposable
{
    public const string NetworkName = "network.onnx", Input = "Input", Planes = "mlnetgen.planes";

    private readonly TemporaryFolder folder = new();

    private TorchOnnxFiles()
    {
    }

    /// <summary>The network as it is: for any ONNX consumer.</summary>
    public string Network => folder.File(NetworkName);

    /// <summary>As the pipeline holds it: a vector out, or planes for ConvertToImage.</summary>
    public string Pipeline => folder.File("pipeline-network.onnx");

    /// <summary>The greatest difference to the trained network.</summary>
    public double Parity { get; private set; } = double.NaN;

    /// <summary>Shape of one row of the network's output.</summary>
    public long[] OutputShape { get; private set; } = [];

    /// <summary>Writes both and holds them against the network, in ONNX Runtime, on random rows and on those given.</summary>
    /// <exception cref="InvalidOperationException">A file does not compute what the network does.</exception>
    public static TorchOnnxFiles Export(Module<Tensor, Tensor> network, Tensor rows, TorchEstimator.Options options, string remedy)
    {
        TorchOnnxFiles files = new();
        try
        {
            files.Write(network, rows, options, remedy);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public void CopyTo(string target) => folder.CopyTo(target, NetworkName);

    public void Dispose() => folder.Dispose();

    private void Write(Module<Tensor, Tensor> network, Tensor rows, TorchEstimator.Options options, string remedy)
    {
        using var scope = NewDisposeScope();
        Tensor example = zeros([1, .. rows.shape[1..]]);
        using (no_grad()) OutputShape = network.call(example).shape[1..];
        bool isPicture = options.Output == TorchOutput.Picture;
        using PicturePlanes planes = new();
        ExportableModule inPipeline = ExportableModule.FromFunction(
            x => [isPicture ? planes.call(network.call(x[0]).clamp(0, 1)) : network.call(x[0]).reshape(x[0].shape[0], -1)], network, planes);
        Parity = Write(network, Network, Input, options.OutputColumnName, OnnxFile.Tolerance);
        Write(inPipeline, Pipeline, NetworkInput.Pixels, isPicture ? Planes : options.OutputColumnName, isPicture ? OnnxFile.OneLevel : OnnxFile.Tolerance);

        double Write(ExportableModule module, string path, string input, string output, double tolerance) => OnnxFile.Write(module, [example], path, new OnnxExportOptions
        {
            ModelName = network.GetType().Name,
            InputNames = [input],
            OutputNames = [output],
            Metadata = new Dictionary<string, string> { ["family"] = "torch", ["version"] = typeof(TorchEstimator).Assembly.GetName().Version!.ToString(3) },
        }, tolerance, remedy, scale: 1, also: [rows]);
    }
}

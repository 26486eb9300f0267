using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Torch;

/// <summary>The ONNX files of a network of one's own.</summary>
internal sealed class TorchOnnxFiles : OnnxBundle
{
    public const string NetworkName = "network.onnx", Input = "Input", Planes = "mlnetgen.planes";

    private const string PipelineName = "pipeline-network.onnx";

    private TorchOnnxFiles(TorchEstimator.Options options, string temporary)
        : base("torch", temporary, OnnxFile.WeightsOf(options), NetworkName)
    {
    }

    /// <summary>As the pipeline holds it: a vector out, or planes for ConvertToImage.</summary>
    public string Pipeline => PathOf(PipelineName);

    /// <summary>The greatest difference of <c>network.onnx</c> to the trained network.</summary>
    public double Parity { get; private set; } = double.NaN;

    /// <summary>Shape of one row of the network's output.</summary>
    public long[] OutputShape { get; private set; } = [];

    /// <summary>Writes the network as it is, and as the pipeline holds it, and holds both against the network, in ONNX Runtime, on random rows and on those given.</summary>
    /// <exception cref="InvalidOperationException">A file does not compute what the network does.</exception>
    public static TorchOnnxFiles Export(Module<Tensor, Tensor> network, Tensor rows, TorchEstimator.Options options, string temporary) =>
        Written(new TorchOnnxFiles(options, temporary), files => files.Write(network, rows, options));

    private void Write(Module<Tensor, Tensor> network, Tensor rows, TorchEstimator.Options options)
    {
        using var scope = NewDisposeScope();
        Tensor example = zeros([1, .. rows.shape[1..]]);
        using (no_grad()) OutputShape = network.call(example).shape[1..];
        bool isPicture = options.Output == TorchOutput.Picture;
        using PicturePlanes planes = new();
        ExportableModule inPipeline = ExportableModule.FromFunction(
            x => [isPicture ? planes.call(network.call(x[0]).clamp(0, 1)) : network.call(x[0]).reshape(x[0].shape[0], -1)], network, planes);
        string name = network.GetType().Name;
        Parity = Write(network, [example], NetworkName, name, [Input], [options.OutputColumnName], scale: 1, also: [rows]);
        Write(inPipeline, [example], PipelineName, name, [NetworkInput.Pixels], [isPicture ? Planes : options.OutputColumnName], isPicture ? OnnxFile.OneLevel : OnnxFile.Tolerance, scale: 1, also: [rows]);
    }
}

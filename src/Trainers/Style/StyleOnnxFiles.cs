using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>A style network's ONNX files.</summary>
internal sealed class StyleOnnxFiles : OnnxBundle
{
    public const string Name = "style.onnx", BytesName = "style-uint8.onnx";

    public const string Output = "stylized", NamesKey = "styles";

    // A user's own column has neither name.
    public const string PipelineInput = "mlnetgen.pixels", PipelineOutput = "mlnetgen.stylized";

    // Any would do: height and width are dynamic.
    private const int ExampleSize = 64;

    private StyleOnnxFiles(string? temporary, string remedy)
        : base("style", temporary, remedy, Name)
    {
    }

    /// <summary>picture float32 [N, 3, H, W], strength [N], style [N, styles] → stylized float32 [N, 3, H, W], 0 to 255.</summary>
    public string Floats => PathOf(Name);

    /// <summary>The same with pictures as uint8 [N, H, W, 3].</summary>
    public string Bytes => PathOf(BytesName);

    /// <summary>Greatest difference to the trained network, in grey levels.</summary>
    public double Parity { get; private set; } = double.NaN;

    /// <summary>Writes both files and holds the first against the module, in ONNX Runtime.</summary>
    /// <exception cref="InvalidOperationException">The file does not compute what the module does.</exception>
    public static StyleOnnxFiles Export(TransformNetwork network, IReadOnlyList<string> names, string remedy, string? temporary = null) =>
        Written(new StyleOnnxFiles(temporary, remedy), files => files.Write(network, names));

    /// <summary>Writes the network of a pipeline: a picture as uint8 [N, H, W, 3] in and out, strength and mixture fixed.</summary>
    public string WritePipeline(TransformNetwork network, float strength, float[] mixture)
    {
        using var scope = NewDisposeScope();
        string path = PathOf($"pipeline-{Guid.NewGuid():N}.onnx");
        OnnxExporter.Export(new PipelineStylizer(new StylizerModule(network), strength, mixture), zeros(1, 3, ExampleSize, ExampleSize), path, Described(new OnnxExportOptions
        {
            DynamicSize = true,
            ModelName = "style",
            InputNames = [PipelineInput],
            OutputNames = [PipelineOutput],
            PixelInput = new PixelInput([1], [0]),
            PixelOutput = new PixelOutput([1], [0]),
        }));
        return path;
    }

    private void Write(TransformNetwork network, IReadOnlyList<string> names)
    {
        using var scope = NewDisposeScope();
        StylizerModule module = new(network);
        Tensor[] mixture = network.Shape.Styles == 1 ? [] : [full([1, network.Shape.Styles], 1f / network.Shape.Styles)];
        Tensor[] example = [rand(1, 3, ExampleSize, ExampleSize) * 255, ones(1), .. mixture];
        Parity = Write(module, example, Name, Options(), scale: 255, also: [rand(1, 3, ExampleSize + 3, ExampleSize - 5) * 255, full([1], 0.7f), .. mixture]);
        OnnxExporter.Export(module, example, Bytes, Described(Options(new PixelInput([1], [0]), new PixelOutput([1], [0]))));

        OnnxExportOptions Options(PixelInput? input = null, PixelOutput? output = null) => new()
        {
            ModelName = "style",
            InputNames = StylizerModule.InputsOf(network.Shape),
            OutputNames = [Output],
            DynamicSize = true,
            PixelInput = input,
            PixelOutput = output,
            Metadata = new Dictionary<string, string>
            {
                ["network"] = $"{network.Shape.Network}, {network.Shape.Upsampling}, {network.Shape.Padding}",
                ["pixels"] = "RGB, 0 to 255",
                [NamesKey] = string.Join('\n', names),
            },
        };
    }
}

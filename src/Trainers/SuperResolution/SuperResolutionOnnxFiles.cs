using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>A network's ONNX files, of any height, width and batch.</summary>
internal sealed class SuperResolutionOnnxFiles : OnnxBundle
{
    public const string PixelsName = "upscaler-uint8.onnx";

    // ML.NET names columns after them: a user's own column has neither name.
    public const string PixelsInput = "mlnetgen.small", PixelsOutput = "mlnetgen.large";

    private const string NetworkName = "upscaler.onnx", Input = "small", Output = "large", Family = "superResolution", FactorKey = "factor";

    // Of the uint8 file: a value on the border between two levels may be rounded either way.
    private const double OneLevel = 1;

    private SuperResolutionOnnxFiles(string? temporary, string remedy)
        : base(Family, temporary, remedy, NetworkName, PixelsName)
    {
    }

    /// <summary><c>uint8</c> [N, H, W, 3] in and out.</summary>
    public string Pixels => PathOf(PixelsName);

    /// <summary>The greatest difference of <c>upscaler.onnx</c> to the module, in levels of 255.</summary>
    public double Parity { get; private set; } = double.NaN;

    /// <summary>Writes the files and holds them against the module, in ONNX Runtime.</summary>
    /// <exception cref="InvalidOperationException">The files do not compute what the module does.</exception>
    public static SuperResolutionOnnxFiles Export(SuperResolutionNetwork network, SuperResolutionTrainer.Options options, string? temporary = null) =>
        Written(new SuperResolutionOnnxFiles(temporary, OnnxFile.WeightsOf(options)), files => files.Write(network, options));

    /// <summary>A file that was written before.</summary>
    /// <param name="path"><c>upscaler-uint8.onnx</c>, or the folder that it is in.</param>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    /// <param name="gpu">The GPU to use; null: the processor.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is another network.</exception>
    public static (string Pixels, int Factor, PictureSession Session) Open(string path, int threads, int? gpu)
    {
        string file = Path.GetFullPath(Directory.Exists(path) ? Path.Combine(path, PixelsName) : path);
        if (!File.Exists(file))
            throw new FileNotFoundException($"there is no '{file}': give the folder of a super-resolution run, or its {PixelsName}.", file);
        PictureSession? session = null;
        try
        {
            session = new PictureSession(file, threads, gpu);
            if (session.Metadata.GetValueOrDefault("family") == Family && int.TryParse(session.Metadata.GetValueOrDefault(FactorKey), CultureInfo.InvariantCulture, out int factor))
                return (file, factor, session);
        }
        catch (Exception e) when (e is ArgumentException or OnnxRuntimeException)
        {
            throw new InvalidDataException($"'{file}' is not the {PixelsName} of a super-resolution run, which is the file to name: {e.Message}", e);
        }
        session.Dispose();
        throw new InvalidDataException($"'{file}' is not a super-resolution network trained here: name the {PixelsName} of a run, or its folder.");
    }

    private void Write(SuperResolutionNetwork network, SuperResolutionTrainer.Options options)
    {
        using var scope = NewDisposeScope();
        // Not square, so that no axis is taken for the other. Random values of the check lie in [0, 1]; pictures do not.
        Tensor example = zeros(1, 3, 12, 10);
        Tensor levels = arange(example.numel(), dtype: ScalarType.Float32).mul(37).remainder(256).reshape(example.shape);
        Parity = Write(network, [example], NetworkName, Names(options, pixels: false), also: [levels]);

        OnnxExportOptions bytes = Described(Names(options, pixels: true));
        OnnxExporter.Export(network, [example], Pixels, bytes);
        OnnxParity parity = OnnxCheck.CompareRandom(network, Pixels, [example], options: bytes);
        if (parity.MaximumAbsoluteError > OneLevel)
            throw new InvalidOperationException($"ONNX Runtime and the trained network disagree on whole pixels ({parity}), beyond one level. {Remedy}");
    }

    private static OnnxExportOptions Names(SuperResolutionTrainer.Options options, bool pixels) => new()
    {
        ModelName = "upscaler",
        InputNames = [pixels ? PixelsInput : Input],
        OutputNames = [pixels ? PixelsOutput : Output],
        DynamicSize = true,
        PixelInput = pixels ? new PixelInput(scale: [1]) : null,
        PixelOutput = pixels ? new PixelOutput(scale: [1]) : null,
        Metadata = new Dictionary<string, string>
        {
            [FactorKey] = options.Factor.ToString(CultureInfo.InvariantCulture),
            ["architecture"] = options.Architecture.ToString(),
            ["loss"] = options.Loss.ToString(),
            ["pixelRange"] = "0,255",
        },
    };
}

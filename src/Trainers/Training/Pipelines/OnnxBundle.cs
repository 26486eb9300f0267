using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>The ONNX files of a trained model, in a folder of their own that goes with this object: ML.NET reads a model's file again when it saves it.</summary>
/// <param name="family">For the files' metadata.</param>
/// <param name="temporary">Where the folder lies, <c>MLContext.TempFilePath</c>; null: the system's folder for such.</param>
/// <param name="remedy">Where the trained weights are, for when a file is wrong.</param>
/// <param name="published">The files for other ONNX consumers.</param>
internal abstract class OnnxBundle(string family, string? temporary, string remedy, params string[] published) : IDisposable
{
    private readonly TemporaryFolder folder = NewFolder(temporary, remedy);

    /// <summary>Whether the files are still there.</summary>
    public bool AreThere => Directory.Exists(folder.Path);

    /// <summary>Where the trained weights are, for when a file is wrong.</summary>
    protected string Remedy { get; } = remedy;

    /// <summary>What more is to be known of all files.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string>> Metadata => [];

    /// <summary>Copies what other ONNX consumers want, and files asked for besides.</summary>
    public void CopyTo(string target, params string[] more) => folder.CopyTo(target, [.. published, .. more]);

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes something of files, which are deleted if that fails.</summary>
    /// <exception cref="IOException">A file cannot be written or read; says where the trained weights are.</exception>
    public static TResult Use<TBundle, TResult>(TBundle files, Func<TBundle, TResult> make)
        where TBundle : OnnxBundle
    {
        try
        {
            return make(files);
        }
        catch (Exception e)
        {
            files.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw CannotWrite(e, files.Remedy);
            throw;
        }
    }

    /// <summary>The files once they are written, which are deleted if that fails.</summary>
    /// <exception cref="IOException">As for <see cref="Use"/>.</exception>
    protected static TBundle Written<TBundle>(TBundle files, Action<TBundle> write)
        where TBundle : OnnxBundle => Use(files, unwritten =>
        {
            write(unwritten);
            return unwritten;
        });

    protected string PathOf(string name) => folder.File(name);

    /// <summary>Writes a file and holds it against the module: see <see cref="OnnxFile.Write"/>. Metadata are added to its options.</summary>
    /// <returns>The greatest difference.</returns>
    protected double Write(
        ExportableModule module, Tensor[] example, string name, OnnxExportOptions options, double tolerance = OnnxFile.Tolerance, double scale = 0, Tensor[]? also = null, string[]? uncompared = null) =>
        OnnxFile.Write(module, example, PathOf(name), Described(options), tolerance, Remedy, scale, also, uncompared);

    /// <summary>Adds to a file's metadata what all files of the model have.</summary>
    protected OnnxExportOptions Described(OnnxExportOptions options)
    {
        options.Metadata["family"] = family;
        options.Metadata["version"] = typeof(OnnxBundle).Assembly.GetName().Version!.ToString(3);
        options.Metadata["part"] = options.ModelName ?? family;
        foreach ((string key, string value) in Metadata) options.Metadata.TryAdd(key, value);
        return options;
    }

    // There was room when training began (OnnxFile.Try), hours ago.
    private static TemporaryFolder NewFolder(string? temporary, string remedy)
    {
        try
        {
            return new TemporaryFolder(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(e, remedy);
        }
    }

    private static IOException CannotWrite(Exception e, string remedy) => new($"the trained model's ONNX files cannot be written: {e.Message.TrimEnd('.')}. {remedy}", e);
}

/// <summary>One file of a model.</summary>
/// <param name="File">Its name.</param>
/// <param name="Part">Which part of the model it is, for its metadata.</param>
/// <param name="Module">What it computes.</param>
/// <param name="Example">The module's inputs.</param>
/// <param name="Inputs">Their names in the file.</param>
/// <param name="Outputs">The outputs' names in the file.</param>
internal sealed record OnnxPart(string File, string Part, ExportableModule Module, Tensor[] Example, string[] Inputs, string[] Outputs)
{
    /// <summary>How far the file may be from the module, of the largest output.</summary>
    public double Tolerance { get; init; } = OnnxFile.Tolerance;

    /// <summary>What counts as the largest output where all are smaller, such as 1 for probabilities.</summary>
    public double Scale { get; init; } = OnnxFile.LeastScale;

    /// <summary>Inputs that they are compared on too: what random ones leave out.</summary>
    public Tensor[]? Also { get; init; }

    /// <summary>Outputs that rounding may change altogether, and that are not compared: the places of scores that are all but equal.</summary>
    public string[] Uncompared { get; init; } = [];

    /// <summary>What is to be known of this file alone.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of an output's slots.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> SlotNames { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Whether height and width are free.</summary>
    public bool AnySize { get; init; }

    /// <summary>
    /// Whether pictures go in and come out as uint8 [N, H, W, 3]; the module takes and gives float32 [N, 3, H, W], 0 to 255. A value on the border between two levels
    /// may be rounded either way.
    /// </summary>
    public bool AsBytes { get; init; }
}

/// <summary>The files of a model that says in a table which they are.</summary>
internal sealed class OnnxFiles : OnnxBundle
{
    private readonly IReadOnlyList<OnnxPart> pipeline;
    private readonly IEnumerable<KeyValuePair<string, string>> metadata;
    private readonly Dictionary<string, double> parity = [];

    private OnnxFiles(string family, TrainingOptions options, IEnumerable<KeyValuePair<string, string>> metadata, IEnumerable<OnnxPart> published, IReadOnlyList<OnnxPart> pipeline)
        : base(family, options.TemporaryPath, OnnxFile.WeightsOf(options), [.. published.Select(part => part.File)]) => (this.metadata, this.pipeline) = (metadata, pipeline);

    protected override IEnumerable<KeyValuePair<string, string>> Metadata => metadata;

    /// <summary>The path of a file.</summary>
    public string this[string file] => PathOf(file);

    /// <summary>Writes all files and holds them against their modules, in ONNX Runtime.</summary>
    /// <param name="family">For the files' metadata.</param>
    /// <param name="options">Say where the trained weights are, for when a file is wrong, and where the files lie.</param>
    /// <param name="metadata">What more is to be known of all files.</param>
    /// <param name="published">For any ONNX consumer.</param>
    /// <param name="pipeline">For ML.NET, in their order in the pipeline.</param>
    /// <exception cref="InvalidOperationException">A file does not compute what its module does.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static OnnxFiles Export(
        string family, TrainingOptions options, IEnumerable<KeyValuePair<string, string>> metadata, IReadOnlyList<OnnxPart> published, IReadOnlyList<OnnxPart> pipeline) =>
        Written(new OnnxFiles(family, options, metadata, published, pipeline), files =>
        {
            foreach (OnnxPart part in (IEnumerable<OnnxPart>)[.. published, .. pipeline]) files.parity[part.File] = files.Write(part);
        });

    /// <summary>The greatest difference of a file to its module.</summary>
    public double ParityOf(string file) => parity[file];

    /// <summary>
    /// The pipeline's networks between a column and what is made of their outputs, as ML.NET's own transformers, which save and load without this library. Columns
    /// between, whose names begin with <see cref="ChainParts.Between"/>, are dropped at its end.
    /// </summary>
    /// <param name="context">ML.NET's.</param>
    /// <param name="toInputs">From the user's columns to the networks' inputs; null where they are these.</param>
    /// <param name="toOutputs">From the networks' outputs to the user's columns; null where they are these.</param>
    /// <param name="input">The columns that there are.</param>
    /// <param name="threads">Processor cores to use.</param>
    /// <param name="only">The file of the only network; null for all of the pipeline's.</param>
    public TransformerChain<ITransformer> Chain(
        MLContext context, IEstimator<ITransformer>? toInputs, IEstimator<ITransformer>? toOutputs, DataViewSchema input, int threads, string? only = null)
    {
        IEnumerable<IEstimator<ITransformer>?> networks = pipeline.Where(part => only is null || part.File == only)
            .Select(part => OnnxStage.Of(context, PathOf(part.File), part.Inputs, part.Outputs, threads));
        IEstimator<ITransformer> chain = ((IEnumerable<IEstimator<ITransformer>?>)[toInputs, .. networks, toOutputs]).OfType<IEstimator<ITransformer>>().Aggregate((before, stage) => before.Append(stage));
        return ChainParts.WithoutBetween(context, chain.Fit(new EmptyView(input)), input);
    }

    private double Write(OnnxPart part) => Write(part.Module, part.Example, part.File, new OnnxExportOptions
    {
        ModelName = part.Part,
        InputNames = part.Inputs,
        OutputNames = part.Outputs,
        SlotNames = part.SlotNames,
        Metadata = new Dictionary<string, string>(part.Metadata),
        DynamicSize = part.AnySize,
        PixelInput = part.AsBytes ? new PixelInput([1]) : null,
        PixelOutput = part.AsBytes ? new PixelOutput([1]) : null,
    }, part.AsBytes ? OnnxFile.OneLevel : part.Tolerance, part.AsBytes ? byte.MaxValue : part.Scale, part.Also, part.Uncompared);
}

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

    /// <summary>Writes a file and holds it against the module: see <see cref="OnnxFile.Write"/>.</summary>
    /// <returns>The greatest difference.</returns>
    protected double Write(
        ExportableModule module, Tensor[] example, string name, string part, string[] inputs, string[] outputs,
        double tolerance = OnnxFile.Tolerance, double scale = 0, Tensor[]? also = null, string[]? uncompared = null) =>
        Write(module, example, name, new OnnxExportOptions { ModelName = part, InputNames = inputs, OutputNames = outputs }, tolerance, scale, also, uncompared);

    /// <summary>Writes a file with options of its own; metadata are added to them.</summary>
    /// <returns>The greatest difference.</returns>
    protected double Write(
        ExportableModule module, Tensor[] example, string name, OnnxExportOptions options, double tolerance = OnnxFile.Tolerance, double scale = 0, Tensor[]? also = null, string[]? uncompared = null)
    {
        return OnnxFile.Write(module, example, PathOf(name), Described(options), tolerance, Remedy, scale, also, uncompared);
    }

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

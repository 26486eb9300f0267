using System.IO.Compression;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// One model's folder in the zip: <c>Loader</c> (who reads it back), <c>Data</c> (what <see cref="Writer"/> wrote),
/// blobs, and a folder for each nested model.
/// </summary>
public sealed class ModelSaveContext : IDisposable
{
    private readonly ZipArchive archive;
    private readonly string folder;
    private readonly MemoryStream data = new();
    private string loader;

    private ModelSaveContext(ZipArchive archive, string folder)
    {
        this.archive = archive;
        this.folder = folder;
        Writer = new BinaryWriter(data, Encoding.UTF8, leaveOpen: true);
    }

    internal BinaryWriter Writer { get; }

    /// <summary>Names the type that reads this model back. A Save that never calls it is refused.</summary>
    internal void SetLoader<TLoader>()
        where TLoader : ITransformerLoader =>
        loader = $"{typeof(TLoader).FullName}\n{typeof(TLoader).Assembly.GetName().Name}";

    internal void WriteStringOrNull(string value)
    {
        Writer.Write(value != null);
        if (value != null)
            Writer.Write(value);
    }

    internal void SaveModel(ICanSaveModel model, string name) => Save(archive, model, $"{folder}{name}/");

    /// <summary>A file of its own in the zip, such as an ONNX model.</summary>
    internal void SaveBlob(string name, Action<Stream> write)
    {
        using Stream stream = archive.CreateEntry(folder + name).Open();
        write(stream);
    }

    internal static void Save(ZipArchive archive, ICanSaveModel model, string folder)
    {
        using var context = new ModelSaveContext(archive, folder);
        model.Save(context);
        Contracts.Check(context.loader != null, "ModelSignature not specified!");
        context.Writer.Flush();
        context.SaveBlob(ModelLayout.Loader, stream => stream.Write(Encoding.UTF8.GetBytes(context.loader)));
        context.SaveBlob(ModelLayout.Data, stream => context.data.WriteTo(stream));
    }

    public void Dispose()
    {
        Writer.Dispose();
        data.Dispose();
    }
}

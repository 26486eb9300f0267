using System.IO.Compression;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The zip that holds a saved transformer and the schema of its input. The layout is this engine's own.</summary>
internal static class ModelFile
{
    private const string Remedy = "save the model again with the engine that is to load it (ONNX files travel between engines, saved models do not)";

    public static void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        using (Stream marker = archive.CreateEntry(ModelLayout.Marker).Open())
            marker.Write(System.Text.Encoding.UTF8.GetBytes(ModelLayout.Version));
        if (model != null)
            ModelSaveContext.Save(archive, model, ModelLayout.Transformer);
        if (inputSchema != null)
        {
            using var writer = new BinaryWriter(archive.CreateEntry(ModelLayout.Schema).Open());
            SchemaFile.Write(writer, inputSchema);
        }
    }

    public static ITransformer Load(IHostEnvironment env, Stream stream, out DataViewSchema inputSchema)
    {
        using ZipArchive archive = Open(stream);
        CheckLayout(archive);
        inputSchema = null;
        if (archive.GetEntry(ModelLayout.Schema) is ZipArchiveEntry schema)
            inputSchema = ReadSchema(schema);
        return ModelLoadContext.Load(env, archive, ModelLayout.Transformer);
    }

    private static DataViewSchema ReadSchema(ZipArchiveEntry entry)
    {
        try
        {
            using var reader = new BinaryReader(entry.Open());
            return SchemaFile.Read(reader);
        }
        catch (Exception e) when (ModelLoadContext.IsDamage(e) || e is ArgumentException or InvalidCastException)
        {
            throw Contracts.ExceptDecode($"The saved model is damaged in '{entry.FullName}': {e.Message}", e);
        }
    }

    private static ZipArchive Open(Stream stream)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException e)
        {
            throw Contracts.ExceptDecode("This is not a saved model: it is no zip file, or a damaged one", e);
        }
    }

    private static void CheckLayout(ZipArchive archive)
    {
        if (archive.GetEntry(ModelLayout.Marker) is ZipArchiveEntry marker)
        {
            using var reader = new StreamReader(marker.Open());
            string version = reader.ReadToEnd();
            Contracts.CheckDecode(version == ModelLayout.Version, $"This model has layout '{version}', and '{ModelLayout.Version}' is known here: {Remedy}");
            return;
        }
        bool real = archive.Entries.Any(entry => entry.Name == "Model.key");
        throw Contracts.ExceptDecode(real
            ? $"This model was saved by the Microsoft.ML package, whose format the compat engine does not read: {Remedy}"
            : "This zip file is not a saved model");
    }
}

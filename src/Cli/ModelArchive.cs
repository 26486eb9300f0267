using System.Buffers.Binary;
using System.IO.Compression;
using MLNetGen.Onnx;

namespace MLNetGen.Cli;

/// <summary>
/// Finds the ONNX models in a zip: those of the <c>OnnxTransformer</c>s in a saved ML.NET model, and plain <c>.onnx</c> files. In a saved model an entry named <c>OnnxModel</c> is
/// a 32-bit length and the file's bytes; its inputs and outputs are the chain's columns, by name.
/// </summary>
internal static class ModelArchive
{
    // Microsoft.ML.OnnxTransformer writes this name (OnnxTransform.cs, SaveModel).
    private const string TransformerEntry = "OnnxModel";
    private static readonly byte[] ZipMagic = "PK\x03\x04"u8.ToArray();

    /// <summary>Whether a file begins like a zip; an ONNX file never does.</summary>
    public static bool IsArchive(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] first = new byte[ZipMagic.Length];
        return stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual(ZipMagic);
    }

    /// <summary>Every ONNX model of a zip, in the order of the entries' names: that of the chain.</summary>
    /// <exception cref="InvalidDataException">It is no zip, holds no ONNX model, or one of them is damaged.</exception>
    public static IReadOnlyList<(string Entry, OnnxSummary Summary)> Read(string path, int? size)
    {
        using ZipArchive archive = Open(path);
        (string, OnnxSummary)[] models = [.. Networks(archive).Select(entry => (entry.FullName, Read(path, entry, size)))];
        return models.Length > 0 ? models : throw new InvalidDataException(
            $"'{path}' holds no ONNX model among its {archive.Entries.Count} entries: give a saved ML.NET model that has an OnnxTransformer in its chain, or an .onnx file.");
    }

    /// <summary>What each ONNX model says of itself: those of a zip, or the file's own.</summary>
    /// <exception cref="InvalidDataException">It is neither, or damaged.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Metadata(string path)
    {
        if (!IsArchive(path))
        {
            using FileStream file = File.OpenRead(path);
            return [OnnxMetadata.Read(file)];
        }
        using ZipArchive archive = Open(path);
        return [.. Networks(archive).Select(network =>
        {
            using Stream bytes = Open(network, path);
            return OnnxMetadata.Read(bytes);
        })];
    }

    /// <summary>The entries that are ONNX models, in the order of the chain.</summary>
    public static IEnumerable<ZipArchiveEntry> Networks(ZipArchive archive) => archive.Entries
        .Where(entry => IsTransformer(entry) || entry.FullName.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        .OrderBy(entry => entry.FullName, StringComparer.Ordinal);

    /// <summary>The bytes of an entry's ONNX model.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Stream Open(ZipArchiveEntry entry, string path)
    {
        Stream stream = entry.Open();
        byte[] prefix = new byte[sizeof(int)];
        if (!IsTransformer(entry) || (stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) == prefix.Length && BinaryPrimitives.ReadInt32LittleEndian(prefix) == entry.Length - prefix.Length))
            return stream;
        stream.Dispose();
        throw new InvalidDataException($"'{entry.FullName}' in '{path}' is damaged: its length is not the one it was saved with. Save the model again.");
    }

    // Saved on Windows by .NET Framework, the separators are backslashes.
    private static bool IsTransformer(ZipArchiveEntry entry) => entry.FullName.Split('/', '\\')[^1] == TransformerEntry;

    private static OnnxSummary Read(string path, ZipArchiveEntry entry, int? size)
    {
        using Stream stream = Open(entry, path);
        try
        {
            return OnnxSummary.Read(stream, size);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{entry.FullName}' in '{path}': {e.Message}", e);
        }
    }

    private static ZipArchive Open(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' is not a zip file, or a damaged one: {e.Message} Save the model again.", e);
        }
    }
}

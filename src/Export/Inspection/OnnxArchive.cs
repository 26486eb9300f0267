using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNetGen.Export;

/// <summary>
/// Finds the ONNX models in a zip: those of the <c>OnnxTransformer</c>s in a saved ML.NET model, and plain <c>.onnx</c> files.
/// </summary>
/// <remarks>
/// It lives here although this library does not know ML.NET, because the entries can be read without it: an entry named
/// <c>OnnxModel</c> is a 32-bit length and the file's bytes.
/// </remarks>
public static class OnnxArchive
{
    // Microsoft.ML.OnnxTransformer writes this name (OnnxTransform.cs, SaveModel).
    private const string TransformerEntry = "OnnxModel";
    private static readonly byte[] ZipMagic = "PK\x03\x04"u8.ToArray();

    /// <summary>Whether a file begins like a zip; an ONNX file never does.</summary>
    /// <param name="path">Any file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool IsArchive(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] first = new byte[ZipMagic.Length];
        return stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual(ZipMagic);
    }

    /// <summary>Reads every ONNX model of a zip, in the order of the entries' names: that of the chain.</summary>
    /// <param name="path">A saved ML.NET model.</param>
    /// <param name="options">Lengths of axes that may vary.</param>
    /// <exception cref="InvalidDataException">It is no zip, holds no ONNX model, or one of them is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<OnnxArchiveEntry> Read(string path, OnnxSummaryOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using ZipArchive archive = Open(path);
        OnnxArchiveEntry[] models = [.. archive.Entries
            .Where(entry => IsTransformer(entry) || entry.FullName.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal)
            .Select(entry => new OnnxArchiveEntry(entry.FullName, Read(path, entry, options ?? new())))];
        if (models.Length > 0) return models;
        throw new InvalidDataException(
            $"'{path}' holds no ONNX model among its {archive.Entries.Count} entries: give a saved ML.NET model that has an OnnxTransformer in its chain, or an .onnx file.");
    }

    // Saved on Windows by .NET Framework, the separators are backslashes.
    private static bool IsTransformer(ZipArchiveEntry entry) => entry.FullName.Split('/', '\\')[^1] == TransformerEntry;

    private static OnnxSummary Read(string path, ZipArchiveEntry entry, OnnxSummaryOptions options)
    {
        string name = $"'{entry.FullName}' in '{path}'";
        using Stream stream = entry.Open();
        long length = entry.Length;
        if (IsTransformer(entry))
        {
            byte[] prefix = new byte[sizeof(int)];
            length -= prefix.Length;
            if (stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length || BinaryPrimitives.ReadInt32LittleEndian(prefix) != length)
                throw new InvalidDataException($"{name} is damaged: its length is not the one it was saved with. Save the model again.");
        }

        return SummaryReader.Read(stream, length, name, options);
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

/// <summary>An ONNX model inside of a zip. In a saved ML.NET model its inputs and outputs are the chain's columns, by name.</summary>
/// <param name="Entry">The entry's path in the zip.</param>
/// <param name="Summary">What the model holds.</param>
public sealed record OnnxArchiveEntry(string Entry, OnnxSummary Summary);

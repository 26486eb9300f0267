using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen;

/// <summary>What an <see cref="OnnxTransformer"/> runs.</summary>
/// <param name="Path">The ONNX file; null where its bytes are here.</param>
/// <param name="Bytes">Its bytes; null where it is a file.</param>
/// <param name="Inputs">The columns it reads, which are inputs of the file; null: all inputs.</param>
/// <param name="Outputs">The outputs of the file that are its columns; null: all outputs.</param>
/// <param name="Shapes">Shapes that take the place of the file's.</param>
internal sealed record OnnxModelSource(string? Path, byte[]? Bytes, IReadOnlyList<string>? Inputs, IReadOnlyList<string>? Outputs, IReadOnlyDictionary<string, int[]> Shapes)
{
    // As Microsoft.ML.OnnxTransformer writes a saved model (OnnxTransform.cs, SaveModel).
    private const string FileEntry = "OnnxModel", ModelEntry = "Model.key";

    /// <summary>Of any transformer.</summary>
    public static OnnxModelSource Of(OnnxTransformer transformer) => Known(transformer) ?? Saved(transformer);

    /// <summary>As the transformer has it, though not in public; null where a version of ML.NET has it otherwise. Saving takes seconds for a large file, which it
    /// packs.</summary>
    public static OnnxModelSource? Known(OnnxTransformer transformer)
    {
        if (HiddenMembers.Find(HiddenMembers.Find(transformer, "Model"), "ModelStream") is not FileStream { Name: { } path }
            || HiddenMembers.Find(transformer, "Inputs") is not string[] inputs
            || HiddenMembers.Find(transformer, "Outputs") is not string[] outputs || HiddenMembers.Find(transformer, "_options") is not { } options)
            return null;
        Dictionary<string, int[]> shapes = [];
        foreach (object shape in HiddenMembers.Find(options, "CustomShapeInfos") as Array ?? Array.Empty<object>())
        {
            if (HiddenMembers.Find(shape, "Name") is not string name || HiddenMembers.Find(shape, "Shape") is not int[] lengths)
                return null;
            shapes[name] = lengths;
        }
        return File.Exists(path) ? new OnnxModelSource(path, null, inputs, outputs, shapes) : null;
    }

    /// <summary>As the transformer saves itself: what it tells in public.</summary>
    public static OnnxModelSource Saved(OnnxTransformer transformer)
    {
        using MemoryStream saved = new();
        new MLContext().Model.Save(transformer, null, saved);
        using ZipArchive zip = new(saved, ZipArchiveMode.Read);
        ZipArchiveEntry file = zip.Entries.Single(entry => entry.Name == FileEntry);
        SavedBlock block = new(Read(zip.Entries.Single(entry => entry.FullName == file.FullName[..^FileEntry.Length] + ModelEntry)));
        string[] inputs = block.Strings(), outputs = block.Strings();
        Dictionary<string, int[]> shapes = [];
        for (int count = block.Number(); count > 0; count--)
        {
            string name = block.String();
            shapes[name] = [.. Enumerable.Range(0, block.Number()).Select(_ => block.Number())];
        }
        // The bytes come after their number.
        return new OnnxModelSource(null, Read(file)[sizeof(int)..], inputs, outputs, shapes);
    }

    /// <summary>A session of the file.</summary>
    public InferenceSession Open(SessionOptions options) => Path is null ? new InferenceSession(Bytes, options) : new InferenceSession(Path, options);

    /// <summary>The file's bytes.</summary>
    public byte[] Read() => Bytes ?? File.ReadAllBytes(Path!);

    private static byte[] Read(ZipArchiveEntry entry)
    {
        byte[] bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The numbers and strings of a saved transformer (Microsoft.ML.Core, ModelHeader.cs).</summary>
    private sealed class SavedBlock(byte[] model)
    {
        // Where its header says that the numbers, the table of strings and their characters begin.
        private const int Numbers = 0x10, StringTable = 0x20, StringTableLength = 0x28, Characters = 0x30;

        private int at = Offset(model, Numbers);

        public int Number()
        {
            int number = BinaryPrimitives.ReadInt32LittleEndian(model.AsSpan(at));
            at += sizeof(int);
            return number;
        }

        public string[] Strings() => [.. Enumerable.Range(0, Number()).Select(_ => String())];

        // A place in a table of ends, which count bytes of UTF-16 from the first character on.
        public string String()
        {
            int place = Number();
            ReadOnlySpan<long> ends = MemoryMarshal.Cast<byte, long>(model.AsSpan(Offset(model, StringTable), Offset(model, StringTableLength)));
            int start = place == 0 ? 0 : (int)ends[place - 1];
            return new string(MemoryMarshal.Cast<byte, char>(model.AsSpan(Offset(model, Characters) + start, (int)ends[place] - start)));
        }

        private static int Offset(byte[] model, int at) => (int)BinaryPrimitives.ReadInt64LittleEndian(model.AsSpan(at));
    }
}

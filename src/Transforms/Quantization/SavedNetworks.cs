using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNetGen;

/// <summary>The ONNX files inside a model that ML.NET saved, in the order of its chain; others in their place.</summary>
internal sealed class SavedNetworks
{
    // As Microsoft.ML.OnnxTransformer writes a saved model (OnnxTransform.cs, SaveModel).
    private const string FileEntry = "OnnxModel";

    private readonly string path;
    private readonly string[] entries;
    private readonly IReadOnlyDictionary<int, byte[]> others;

    private SavedNetworks(string path, string[] entries, IReadOnlyDictionary<int, byte[]> others) => (this.path, this.entries, this.others) = (path, entries, others);

    public int Count => entries.Length;

    /// <exception cref="InvalidDataException">It is no zip.</exception>
    public static SavedNetworks Of(string path)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            return new SavedNetworks(path, [.. zip.Entries.Select(entry => entry.FullName).Where(name => name.Split('/', '\\')[^1] == FileEntry).Order(StringComparer.Ordinal)], new Dictionary<int, byte[]>());
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' is no model that ML.NET saved, or a damaged one: {e.Message}", e);
        }
    }

    public byte[] Read(int network)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        using Stream stream = zip.GetEntry(entries[network])!.Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        // Its length stands before it.
        return bytes.ToArray()[sizeof(int)..];
    }

    /// <summary>The same with another file in a network's place.</summary>
    public SavedNetworks With(int network, byte[] file) => new(path, entries, new Dictionary<int, byte[]>(others) { [network] = file });

    public void Write(string target)
    {
        using ZipArchive from = ZipFile.OpenRead(path), to = ZipFile.Open(target, ZipArchiveMode.Create);
        foreach (ZipArchiveEntry entry in from.Entries)
        {
            using Stream stream = to.CreateEntry(entry.FullName).Open();
            if (others.TryGetValue(Array.IndexOf(entries, entry.FullName), out byte[]? file))
            {
                stream.Write(Length(file));
                stream.Write(file);
                continue;
            }
            using Stream part = entry.Open();
            part.CopyTo(stream);
        }
    }

    private static byte[] Length(byte[] file)
    {
        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, file.Length);
        return length;
    }
}

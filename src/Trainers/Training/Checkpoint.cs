using System.IO.Compression;
using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNetGen;

/// <summary>
/// Everything that makes the next step of a run the same as if it had not stopped: weights, optimiser state, and a
/// JSON header with the epoch, the settings and the figures so far. One zip file, replaced whole or not at all.
/// </summary>
internal static class Checkpoint
{
    private const string Header = "run.json";
    private const string NetworkEntry = "network.bin";
    private const string OptimizerEntry = "optimizer.bin";

    public static string PathIn(string workspace) => Path.Combine(workspace, "checkpoints", "latest.checkpoint");

    public static void Save<THeader>(string workspace, THeader header, Module network, OptimizerHelper optimizer)
    {
        string path = PathIn(workspace);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SafeFile.WriteStream(path, file =>
        {
            using ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true);
            using (Stream entry = zip.CreateEntry(Header, CompressionLevel.Fastest).Open())
                JsonSerializer.Serialize(entry, header, RunJson.Options);
            // Through memory: a zip entry cannot seek, and the writers ask for the position.
            Put(zip, NetworkEntry, writer => network.save(writer));
            Put(zip, OptimizerEntry, optimizer.save_state_dict);
        });
    }

    /// <summary>The header alone, or null where the workspace holds no checkpoint.</summary>
    public static THeader? ReadHeader<THeader>(string workspace)
        where THeader : class
    {
        string path = PathIn(workspace);
        if (!File.Exists(path))
            return null;
        using ZipArchive zip = Open(path);
        using Stream entry = EntryOf(zip, Header, path).Open();
        return JsonSerializer.Deserialize<THeader>(entry, RunJson.Options);
    }

    public static void Load(string workspace, Module network, OptimizerHelper optimizer)
    {
        string path = PathIn(workspace);
        using ZipArchive zip = Open(path);
        using BinaryReader weights = Get(zip, NetworkEntry, path);
        network.load(weights);
        using BinaryReader state = Get(zip, OptimizerEntry, path);
        optimizer.load_state_dict(state);
    }

    private static ZipArchive Open(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' is not a checkpoint, or it is damaged: delete it to start afresh.", e);
        }
    }

    private static ZipArchiveEntry EntryOf(ZipArchive zip, string name, string path) => zip.GetEntry(name)
        ?? throw new InvalidDataException($"'{path}' is not a checkpoint (it has no {name}): delete it to start afresh.");

    private static void Put(ZipArchive zip, string name, Action<BinaryWriter> write)
    {
        using MemoryStream buffer = new();
        using BinaryWriter writer = new(buffer);
        write(writer);
        writer.Flush();
        using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        buffer.WriteTo(entry);
    }

    private static BinaryReader Get(ZipArchive zip, string name, string path)
    {
        MemoryStream buffer = new();
        using Stream entry = EntryOf(zip, name, path).Open();
        entry.CopyTo(buffer);
        buffer.Position = 0;
        return new BinaryReader(buffer);
    }
}

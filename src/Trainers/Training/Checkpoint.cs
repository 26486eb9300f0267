using System.IO.Compression;
using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNetGen;

/// <summary>
/// Everything that makes the next step of a run the same as if it had not stopped: the weights of its networks, the
/// state of their optimisers, by name, and a JSON header with the settings and the figures so far. One zip file, replaced
/// whole or not at all.
/// </summary>
internal static class Checkpoint
{
    public const string Extension = ".checkpoint";

    private const string Header = "run.json";

    /// <summary>Where a family that keeps one checkpoint has it.</summary>
    public static string PathIn(string workspace) => Path.Combine(FolderIn(workspace), "latest" + Extension);

    public static string FolderIn(string workspace) => Path.Combine(workspace, "checkpoints");

    /// <summary>The newest of a run's checkpoints; null where there is none.</summary>
    public static string? Newest(TrainingOptions options) =>
        options.WorkspacePath is { } workspace && options.CheckpointsIn(workspace).All is [.., var last] ? last.Path : null;

    /// <summary>Before a run from the start: makes the workspace, and sets aside what another run left: it would be resumed, and may be all that is left of it.</summary>
    /// <exception cref="IOException">The workspace cannot be made, or a file cannot be moved: this is said before anything is trained.</exception>
    public static void Begin(TrainingOptions options)
    {
        if (options.WorkspacePath is not { } workspace)
            return;
        Directory.CreateDirectory(workspace);
        NumberedFiles files = options.CheckpointsIn(workspace);
        IReadOnlyList<(int Number, string Path)> all = files.All;
        if (all.Count == 0)
            return;
        // One a step: those of the run before the last go, so that no two runs' are mixed.
        string aside = Path.Combine(files.Folder, "previous");
        bool isOneAStep = files.Digits > 1;
        if (isOneAStep && Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        if (isOneAStep)
            Directory.CreateDirectory(aside);
        foreach ((_, string path) in all) File.Move(path, isOneAStep ? Path.Combine(aside, Path.GetFileName(path)) : path + ".previous", overwrite: true);
    }

    /// <summary>What to say where a model is asked of a workspace that has none.</summary>
    public static InvalidOperationException Missing(string? workspace) =>
        new($"there is no checkpoint in '{workspace}': train up to one first, or set {nameof(TrainingOptions.WorkspacePath)} to where one is.");

    public static void Save(
        string path, object header, IReadOnlyDictionary<string, Module> networks, IReadOnlyDictionary<string, OptimizerHelper> optimizers)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SafeFile.WriteStream(path, file =>
        {
            using ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true);
            using (Stream entry = zip.CreateEntry(Header, CompressionLevel.Fastest).Open())
                JsonSerializer.Serialize(entry, header, RunJson.Options);
            // Through memory: a zip entry cannot seek, and the writers ask for the position.
            foreach ((string name, Module network) in networks)
                Put(zip, Entry(name), writer => network.save(writer));
            foreach ((string name, OptimizerHelper optimizer) in optimizers)
                Put(zip, Entry(name), optimizer.save_state_dict);
        });
    }

    /// <summary>The header alone, or null where there is no such file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static THeader? ReadHeader<THeader>(string path)
        where THeader : class
    {
        return File.Exists(path) ? Read(path, Header, stream => JsonSerializer.Deserialize<THeader>(stream, RunJson.Options)) : null;
    }

    /// <summary>Whether it holds a network or an optimiser of that name.</summary>
    public static bool Has(string path, string name)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        return zip.GetEntry(Entry(name)) is not null;
    }

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static void LoadNetwork(string path, string name, Module network) => Read(path, Entry(name), stream =>
    {
        using BinaryReader reader = new(stream);
        return network.load(reader);
    });

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static void LoadOptimizer(string path, string name, OptimizerHelper optimizer) => Read(path, Entry(name), stream =>
    {
        using BinaryReader reader = new(stream);
        optimizer.load_state_dict(reader);
        return optimizer;
    });

    private static string Entry(string name) => $"{name}.bin";

    private static T Read<T>(string path, string name, Func<Stream, T> read)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            ZipArchiveEntry found = zip.GetEntry(name) ?? throw new InvalidDataException($"it has no {name}");
            using MemoryStream buffer = new();
            using (Stream entry = found.Open())
                entry.CopyTo(buffer);
            ZipChecksum.Check(found, buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
            buffer.Position = 0;
            return read(buffer);
        }
        // TorchSharp's own reader says all kinds of things of bytes that are none of its own; what the disk says is none of them.
        catch (Exception e) when (e is EndOfStreamException or not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            throw new InvalidDataException($"'{path}' is not a checkpoint, or it is damaged: delete it to start afresh.", e);
        }
    }

    private static void Put(ZipArchive zip, string name, Action<BinaryWriter> write)
    {
        using MemoryStream buffer = new();
        using BinaryWriter writer = new(buffer);
        write(writer);
        writer.Flush();
        using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        buffer.WriteTo(entry);
    }
}

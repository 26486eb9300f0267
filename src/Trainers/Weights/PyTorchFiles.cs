using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace MLNetGen.Weights;

/// <summary>What torch.save writes since PyTorch 1.6: a zip with the pickle data.pkl and one entry a storage.</summary>
internal static class PyTorchZip
{
    private const string Pickle = "data.pkl";
    private const long MaxPacked = 1032;
    private const long Slack = 1024;

    public static WeightsFile Open(SafeFileHandle file)
    {
        ZipArchive zip = Archive(file);
        try
        {
            return Open(zip, RandomAccess.GetLength(file));
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    private static WeightsFile Open(ZipArchive zip, long fileLength)
    {
        var entries = zip.Entries.DistinctBy(entry => entry.FullName).ToDictionary(entry => entry.FullName, StringComparer.Ordinal);
        string[] pickles = [.. entries.Keys.Where(name => name.Split('/') is [Pickle] or [_, Pickle])];
        if (pickles.Length != 1)
        {
            throw Damage.NotWeights(
                $"it is a zip archive with {pickles.Length} entries '{Pickle}', torch.save writes one",
                "Give what torch.save(model.state_dict(), path) wrote.");
        }

        string root = pickles[0][..^Pickle.Length];
        if (entries.ContainsKey($"{root}constants.pkl"))
            throw Damage.NotWeights("it is a TorchScript program", "Save the weights alone: torch.save(model.state_dict(), path).");
        CheckByteOrder(entries.GetValueOrDefault($"{root}byteorder"));

        Dictionary<string, StreamBytes> storages = new(StringComparer.Ordinal);
        StreamBytes Storage(string key)
        {
            if (storages.TryGetValue(key, out StreamBytes? known)) return known;
            ZipArchiveEntry entry = entries.GetValueOrDefault($"{root}data/{key}") ?? throw Damage.Truncated($"it lacks the entry '{root}data/{key}'");
            return storages[key] = new(() => Unpack(entry), LengthOf(entry, fileLength));
        }

        var saved = StateDictionary.Find(ReadPickle(entries[pickles[0]], fileLength));
        StoredTensor[] tensors = [.. saved.Select(item => item.Tensor.Stored(item.Name, Storage(item.Tensor.Storage.Key)))];
        return new("PyTorch", tensors, [.. storages.Values, zip]);
    }

    private static ZipArchive Archive(SafeFileHandle file)
    {
        try
        {
            ZipArchive zip = new(new FileStream(file, FileAccess.Read), ZipArchiveMode.Read);
            // Reads the directory.
            return zip.Entries.Count >= 0 ? zip : throw new InvalidDataException();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw Damage.Truncated($"its zip archive cannot be opened ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static object? ReadPickle(ZipArchiveEntry entry, long fileLength)
    {
        long length = LengthOf(entry, fileLength);
        if (length > PickleInput.Longest) throw Damage.Truncated($"its pickle is said to have {length:N0} bytes; {PickleInput.Longest:N0} are allowed");
        using BufferedStream stream = new(Unpack(entry));
        return new Unpickler(new(stream, length)).Read();
    }

    private static void CheckByteOrder(ZipArchiveEntry? entry)
    {
        if (entry is null) return;
        using StreamReader reader = new(Unpack(entry));
        char[] order = new char["little".Length];
        if (reader.ReadBlock(order) != order.Length || new string(order) != "little")
            throw new BadWeightsException("was saved on a big-endian machine, which is not read here. Save it again on another one.");
    }

    // A directory may say anything; deflate packs nothing smaller than this. No file is so long that the product overflows.
    private static long LengthOf(ZipArchiveEntry entry, long fileLength) =>
        entry.CompressedLength >= 0 && entry.CompressedLength <= fileLength && entry.Length <= (MaxPacked * entry.CompressedLength) + Slack
        ? entry.Length
        : throw Damage.Truncated($"its entry '{entry.FullName}' is said to hold {entry.Length:N0} bytes in {entry.CompressedLength:N0}");

    // Its bytes are read twice, the first time for their checksum: no value is used before. 0 stands where PyTorch was told to write none (set_crc32_options).
    private static Stream Unpack(ZipArchiveEntry entry)
    {
        try
        {
            if (entry.Crc32 != 0) ZipChecksum.Check(entry);
            return entry.Open();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw Damage.Truncated($"its entry '{entry.FullName}' cannot be read ({e.Message.TrimEnd('.')})", e);
        }
    }
}

/// <summary>
/// What torch.save wrote before PyTorch 1.6, and what torchvision's VGG files still are: pickles of a magic number, a protocol,
/// the machine, the object and the storages' keys, one behind the other; then each storage, its count before it.
/// </summary>
internal static class PyTorchOldFile
{
    private const int Protocol = 1001;
    private const int Buffer = 1 << 16;
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356");

    public static WeightsFile Open(SafeFileHandle file)
    {
        long length = RandomAccess.GetLength(file);
        // A FileStream would close the file with itself, at the latest when it is finalised.
        using BufferedStream stream = new(new ByteStream(new FileBytes(file, 0, length)), Buffer);
        PickleInput input = new(stream, Math.Min(length, PickleInput.Longest));

        if (!Magic.Equals(Pickle(input)))
            throw Damage.NotWeights("it is a pickle, but not PyTorch's", "Give what torch.save(model.state_dict(), path) wrote.");
        if (Pickle(input) is not (long and Protocol)) throw new BadWeightsException($"is of a protocol other than PyTorch's {Protocol}. Save it again with a newer PyTorch.");
        if (Pickle(input) is PickledDictionary machine && machine.Items.GetValueOrDefault("little_endian") is false)
            throw new BadWeightsException("was saved on a big-endian machine, which is not read here. Save it again on another one.");

        var saved = StateDictionary.Find(Pickle(input, out IReadOnlyCollection<PickledStorage> storages));
        if (Pickle(input) is not List<object?> keys) throw PickledGlobal.Odd("no list of storages");
        var places = Places(file, input.Position, keys, storages);
        return new("PyTorch before 1.6", [.. saved.Select(item => item.Tensor.Stored(item.Name, PlaceOf(places, item.Tensor.Storage.Key)))], file);
    }

    private static object? Pickle(PickleInput input) => Pickle(input, out _);

    private static object? Pickle(PickleInput input, out IReadOnlyCollection<PickledStorage> storages)
    {
        Unpickler unpickler = new(input);
        object? value = unpickler.Read();
        storages = unpickler.Storages;
        return value;
    }

    private static Dictionary<string, FileBytes> Places(SafeFileHandle file, long position, List<object?> keys, IReadOnlyCollection<PickledStorage> storages)
    {
        // Every storage that the pickle names has its type there, those of an optimiser too.
        Dictionary<string, ScalarType> types = new(StringComparer.Ordinal);
        foreach (PickledStorage storage in storages) types[storage.Key] = storage.Type;

        Dictionary<string, FileBytes> places = new(StringComparer.Ordinal);
        byte[] count = new byte[sizeof(long)];
        foreach (object? item in keys)
        {
            if (item is not string key || !types.TryGetValue(key, out ScalarType type)) throw PickledGlobal.Odd("the key of a storage that no tensor has");
            new FileBytes(file, position, count.Length).Read(0, count);
            position += count.Length;
            long elements = BinaryPrimitives.ReadInt64LittleEndian(count);
            int size = ElementType.SizeOf(type);
            if (elements < 0 || elements > (RandomAccess.GetLength(file) - position) / size)
                throw Damage.Truncated($"a storage of {elements:N0} elements begins at byte {position:N0}, and it ends at {RandomAccess.GetLength(file):N0}");
            places[key] = new(file, position, elements * size);
            position += elements * size;
        }

        return places;
    }

    private static FileBytes PlaceOf(Dictionary<string, FileBytes> places, string key) =>
        places.GetValueOrDefault(key) ?? throw Damage.Truncated($"it lacks the storage '{key}'");
}

/// <summary>Finds the dictionary of tensors in what a training script saved around it.</summary>
internal static class StateDictionary
{
    // What training scripts call it, the surest first.
    private static readonly string[] UsualKeys = ["state_dict", "model_state_dict", "model_state", "model", "net", "network", "params", "weights"];
    private const int MaxDepth = 4;

    /// <summary>Its tensors by name, in the file's order; entries that are no tensors are left out.</summary>
    /// <exception cref="BadWeightsException">There are no tensors, or several dictionaries of them.</exception>
    public static IReadOnlyList<(string Name, PickledTensor Tensor)> Find(object? saved)
    {
        if (saved is not PickledDictionary root) throw None("what it holds is no dictionary");
        return Tensors(Find(root, MaxDepth, []) ?? throw None("it holds no tensors by name"));
    }

    // Looks at each one once: a dictionary may hold itself.
    private static PickledDictionary? Find(PickledDictionary dictionary, int depth, HashSet<PickledDictionary> seen)
    {
        if (depth == 0 || !seen.Add(dictionary)) return null;
        // Before tensors of its own: a checkpoint may keep its best accuracy as one.
        foreach (string key in UsualKeys)
        {
            if (dictionary.Items.GetValueOrDefault(key) is PickledDictionary usual && Find(usual, depth - 1, seen) is { } found) return found;
        }

        if (Tensors(dictionary).Count > 0) return dictionary;
        // Asked of each once: one dictionary may be there under many names.
        Dictionary<PickledDictionary, bool> hasTensors = [];
        bool HasTensors(PickledDictionary value) => hasTensors.TryGetValue(value, out bool known)
            ? known
            : hasTensors[value] = value.Items.Any(item => item.Value is PickledTensor);
        var inner = dictionary.Items
            .Select(item => (item.Key, Found: item.Value is PickledDictionary value && HasTensors(value) ? value : null))
            .Where(item => item.Found is not null)
            .ToArray();
        return inner.Length > 1
            ? throw None($"it holds several sets of them ({WeightCopy.Some(inner.Select(item => $"'{item.Key}'"))})")
            : inner.FirstOrDefault().Found;
    }

    private static List<(string Name, PickledTensor Tensor)> Tensors(PickledDictionary dictionary) =>
        [.. dictionary.Items.Where(item => item.Value is PickledTensor).Select(item => (item.Key, (PickledTensor)item.Value!))];

    private static BadWeightsException None(string what) =>
        new($"does not say which weights are meant: {what}. Save the weights alone: torch.save(model.state_dict(), path).");
}

using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace MLNetGen.Weights.PyTorch;

/// <summary>What torch.save writes since PyTorch 1.6: a zip with the pickle data.pkl and one entry a storage.</summary>
internal static class PyTorchZip
{
    private const string Pickle = "data.pkl";
    private const long MostPacked = 1032;
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
            ZipArchiveEntry entry = entries.GetValueOrDefault($"{root}data/{key}") ?? throw Damage.CutOff($"it lacks the entry '{root}data/{key}'");
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
            throw Damage.CutOff($"its zip archive cannot be opened ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static object? ReadPickle(ZipArchiveEntry entry, long fileLength)
    {
        long length = LengthOf(entry, fileLength);
        if (length > PickleInput.Longest) throw Damage.CutOff($"its pickle is said to have {length:N0} bytes; {PickleInput.Longest:N0} are allowed");
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
        entry.CompressedLength >= 0 && entry.CompressedLength <= fileLength && entry.Length <= (MostPacked * entry.CompressedLength) + Slack
        ? entry.Length
        : throw Damage.CutOff($"its entry '{entry.FullName}' is said to hold {entry.Length:N0} bytes in {entry.CompressedLength:N0}");

    private static Stream Unpack(ZipArchiveEntry entry)
    {
        try
        {
            return entry.Open();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw Damage.CutOff($"its entry '{entry.FullName}' cannot be opened ({e.Message.TrimEnd('.')})", e);
        }
    }
}

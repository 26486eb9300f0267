using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace MLNetGen.Weights.PyTorch;

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
                throw Damage.CutOff($"a storage of {elements:N0} elements begins at byte {position:N0}, and it ends at {RandomAccess.GetLength(file):N0}");
            places[key] = new(file, position, elements * size);
            position += elements * size;
        }

        return places;
    }

    private static FileBytes PlaceOf(Dictionary<string, FileBytes> places, string key) =>
        places.GetValueOrDefault(key) ?? throw Damage.CutOff($"it lacks the storage '{key}'");
}

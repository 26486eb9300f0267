using static TorchSharp.torch;

namespace MLNetGen.Weights.PyTorch;

/// <summary>Python's tuple, torch.Size included.</summary>
internal sealed record PickledTuple(object?[] Items);

/// <summary>Python's dict and OrderedDict. Entries whose key is no text are dropped: none of them names a tensor.</summary>
internal sealed class PickledDictionary
{
    public OrderedDictionary<string, object?> Items { get; } = new(StringComparer.Ordinal);

    public void Set(object? key, object? value)
    {
        if (key is string name) Items[name] = value;
    }
}

/// <summary>A block of elements that lies outside of the pickle.</summary>
/// <param name="Key">What the file calls it.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="Count">Elements.</param>
/// <param name="Start">Elements of the block before the part that is meant.</param>
internal sealed record PickledStorage(string Key, ScalarType Type, long Count, long Start);

/// <summary>A tensor before its elements are looked for. Offset and strides count elements.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>With its elements found.</summary>
    public StoredTensor Stored(string name, ByteSource bytes)
    {
        int size = ElementType.SizeOf(Storage.Type);
        Int128 start = (Int128)Storage.Start + Offset;
        if (Storage.Count < 0 || Storage.Count > bytes.Length / size)
            throw Damage.CutOff($"'{name}' lies among {Storage.Count:N0} elements of {ElementType.NameOf(Storage.Type)}, but {bytes.Length:N0} bytes are stored");
        if (start < 0 || start > Storage.Count)
            throw Damage.CutOff($"'{name}' begins at element {start:N0} of {Storage.Count:N0}");
        return new(name, Shape, Storage.Type, bytes, (long)start * size, Strides);
    }
}

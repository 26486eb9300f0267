using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace MLNetGen.Weights;

/// <summary>
/// The safetensors format: a 64-bit length, that many bytes of JSON saying each tensor's type, shape and place, and the bytes
/// (https://github.com/huggingface/safetensors, "Format").
/// </summary>
internal static class SafeTensors
{
    private const int Prefix = sizeof(ulong);
    // The format's own limit.
    private const long MaxHeaderLength = 100_000_000;

    public static WeightsFile Open(SafeFileHandle file)
    {
        long length = RandomAccess.GetLength(file);
        byte[] prefix = new byte[Prefix];
        new FileBytes(file, 0, Prefix).Read(0, prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > MaxHeaderLength || (long)headerLength > length - Prefix)
            throw Damage.Truncated($"its header is said to have {headerLength:N0} bytes, {length - Prefix:N0} follow (and the format allows {MaxHeaderLength:N0})");

        byte[] header = new byte[headerLength];
        new FileBytes(file, Prefix, header.Length).Read(0, header);
        FileBytes data = new(file, Prefix + header.Length, length - Prefix - header.Length);
        try
        {
            using JsonDocument json = JsonDocument.Parse(header);
            return new("safetensors", Tensors(json.RootElement, data), file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Damage.Truncated($"its header is not what safetensors files have ({e.Message})", e);
        }
    }

    private static IReadOnlyList<StoredTensor> Tensors(JsonElement header, FileBytes data)
    {
        var places = header.EnumerateObject()
            .Where(entry => entry.Name != "__metadata__")
            .Select(entry => (entry.Name, entry.Value, Begin: Offset(entry.Value, 0), End: Offset(entry.Value, 1)))
            .OrderBy(place => place.Begin).ThenBy(place => place.End)
            .ToArray();
        // The format wants the tensors side by side, from the first byte to the last.
        long end = 0;
        List<StoredTensor> tensors = [];
        foreach ((string name, JsonElement entry, long begin, long next) in places)
        {
            if (begin != end || next < begin)
                throw Damage.Truncated($"'{name}' lies at bytes {begin:N0} to {next:N0} where {end:N0} was to come: tensors overlap, or leave a gap");
            end = next;
            tensors.Add(Tensor(name, entry, data, begin, next));
        }

        if (end != data.Length) throw Damage.Truncated($"its tensors need {end:N0} bytes, {data.Length:N0} are there");
        return tensors;
    }

    private static StoredTensor Tensor(string name, JsonElement entry, FileBytes data, long begin, long end)
    {
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())];
        ScalarType type = Type(name, entry.GetProperty("dtype").GetString());
        StoredTensor tensor = new(name, shape, type, data, begin);
        if (tensor.ByteCount != end - begin)
            throw Damage.Truncated($"'{name}' {StoredTensor.Text(shape)} of {ElementType.NameOf(type)} has {tensor.ByteCount:N0} bytes, its place {end - begin:N0}");
        return tensor;
    }

    private static long Offset(JsonElement entry, int index)
    {
        JsonElement offsets = entry.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2) throw Damage.Truncated($"data_offsets has {offsets.GetArrayLength()} values, not 2");
        return offsets[index].GetInt64();
    }

    private static ScalarType Type(string name, string? type) => type switch
    {
        "F64" => ScalarType.Float64,
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        "I64" => ScalarType.Int64,
        "I32" => ScalarType.Int32,
        "I16" => ScalarType.Int16,
        "I8" => ScalarType.Int8,
        "U8" => ScalarType.Byte,
        "BOOL" => ScalarType.Bool,
        _ => throw new BadWeightsException($"holds '{name}' of type '{type}', which is not read here. Save the weights as F32, F16 or BF16."),
    };
}

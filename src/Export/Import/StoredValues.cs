using System.Runtime.InteropServices;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static MLNetGen.Onnx.Format.TensorProto.Types;
using static TorchSharp.torch;

namespace MLNetGen.Export.Import;

/// <summary>Stored tensors of a file as TorchSharp's.</summary>
internal static class StoredValues
{
    /// <summary>Null for one that TorchSharp does not have.</summary>
    public static ScalarType? TypeOf(int type) => (DataType)type switch
    {
        DataType.Float => ScalarType.Float32,
        DataType.Double => ScalarType.Float64,
        DataType.Float16 => ScalarType.Float16,
        DataType.Bfloat16 => ScalarType.BFloat16,
        DataType.Uint8 => ScalarType.Byte,
        DataType.Int8 => ScalarType.Int8,
        DataType.Int16 => ScalarType.Int16,
        DataType.Int32 => ScalarType.Int32,
        DataType.Int64 => ScalarType.Int64,
        DataType.Bool => ScalarType.Bool,
        _ => null,
    };

    /// <summary>A stored tensor; on the processor.</summary>
    /// <param name="stored">The tensor.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="NotSupportedException">It has elements that TorchSharp does not.</exception>
    /// <exception cref="InvalidDataException">Its bytes are not as many as its shape says, or are in another file.</exception>
    public static Tensor Read(TensorProto stored, string source)
    {
        if (stored.DataLocation != 0)
            throw new InvalidDataException($"'{source}' keeps '{stored.Name}' in another file. Save the model as one file: onnx.save(onnx.load(path), path).");
        ScalarType type = TypeOf(stored.DataType)
            ?? throw new NotSupportedException($"'{source}' stores '{stored.Name}' as {TensorElements.NameOf(stored.DataType)}, which TorchSharp does not have.");
        byte[] bytes = Bytes(stored);
        long wanted = TensorElements.BytesOf(stored.DataType, TensorElements.CountOf(stored));
        if (bytes.Length != wanted)
            throw new InvalidDataException($"'{source}' is damaged: '{stored.Name}' [{string.Join(", ", stored.Dims)}] has {bytes.Length:N0} bytes, not {wanted:N0}.");
        Tensor result = empty([.. stored.Dims], dtype: type);
        if (bytes.Length > 0) result.bytes = bytes;
        return result;
    }

    // Either as they lie in memory, or as numbers of one of a few types.
    private static byte[] Bytes(TensorProto stored)
    {
        if (stored.HasRawData) return stored.RawData.ToByteArray();
        return (DataType)stored.DataType switch
        {
            DataType.Float => MemoryMarshal.AsBytes<float>(stored.FloatData.ToArray()).ToArray(),
            DataType.Double => MemoryMarshal.AsBytes<double>(stored.DoubleData.ToArray()).ToArray(),
            DataType.Int64 => MemoryMarshal.AsBytes<long>(stored.Int64Data.ToArray()).ToArray(),
            DataType.Int32 => MemoryMarshal.AsBytes<int>(stored.Int32Data.ToArray()).ToArray(),
            DataType.Float16 or DataType.Bfloat16 or DataType.Int16 => MemoryMarshal.AsBytes<short>(stored.Int32Data.Select(number => unchecked((short)number)).ToArray()).ToArray(),
            _ => [.. stored.Int32Data.Select(number => unchecked((byte)number))],
        };
    }

    /// <summary>The stored tensor that a Constant node is; null where it is none of numbers.</summary>
    public static TensorProto? Constant(NodeProto node)
    {
        TensorProto? stored = node.Attribute.Select(attribute => attribute switch
        {
            { T: { } tensor } => tensor.Clone(),
            { Name: "value_float" } => new TensorProto { DataType = (int)DataType.Float, FloatData = { attribute.F } },
            { Name: "value_floats" } => new TensorProto { DataType = (int)DataType.Float, Dims = { attribute.Floats.Count }, FloatData = { attribute.Floats } },
            { Name: "value_int" } => new TensorProto { DataType = (int)DataType.Int64, Int64Data = { attribute.I } },
            { Name: "value_ints" } => new TensorProto { DataType = (int)DataType.Int64, Dims = { attribute.Ints.Count }, Int64Data = { attribute.Ints } },
            _ => null,
        }).FirstOrDefault(tensor => tensor is not null);
        if (stored is not null) stored.Name = node.Output[0];
        return stored;
    }
}

using System.Numerics;
using TorchSharp.Utils;

namespace TorchSharp;

/// <summary>A tensor of one element as a number, and tensors in binary files.</summary>
public static partial class TensorExtensionMethods
{
    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();

    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();

    public static sbyte ToSByte(this torch.Tensor value) => value.ToScalar().ToSByte();

    public static byte ToByte(this torch.Tensor value) => value.ToScalar().ToByte();

    public static short ToInt16(this torch.Tensor value) => value.ToScalar().ToInt16();

    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();

    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();

    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();

    public static Half ToHalf(this torch.Tensor value) => value.ToScalar().ToHalf();

    public static (float Real, float Imaginary) ToComplexFloat32(this torch.Tensor value) => value.ToScalar().ToComplexFloat32();

    public static Complex ToComplexFloat64(this torch.Tensor value) => value.ToScalar().ToComplexFloat64();

    public static int ElementSize(this torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte or torch.ScalarType.Int8 or torch.ScalarType.Bool or torch.ScalarType.QInt8 or torch.ScalarType.QUInt8 => 1,
        torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 => 2,
        torch.ScalarType.Int32 or torch.ScalarType.Float32 or torch.ScalarType.QInt32 => 4,
        torch.ScalarType.Int64 or torch.ScalarType.Float64 or torch.ScalarType.ComplexFloat32 => 8,
        torch.ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a type of elements"),
    };

    public static string metastr(this torch.Tensor tensor) => tensor.ToString();

    /// <summary>Writes type, shape and elements; <see cref="torch.Tensor.Load(BinaryReader)"/> reads them.</summary>
    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        using var here = tensor.detach();
        using var cpu = here.cpu();
        using var dense = cpu.contiguous();
        var shape = dense.shape;
        Leb128.Write(writer, (int)dense.dtype);
        Leb128.Write(writer, shape.Length);
        foreach (long size in shape) Leb128.Write(writer, size);
        dense.WriteBytesToStream(writer.BaseStream);
    }

    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream);
        tensor.Save(writer);
        stream.Flush();
    }

    public static void Save(this torch.Tensor tensor, string location) => tensor.Save(File.Create(location));

    /// <summary>Reads into a tensor of the same type and shape.</summary>
    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        var (type, shape) = ReadHeader(reader);
        if (type != tensor.dtype)
        {
            throw new ArgumentException("Mismatched tensor data types while loading. Make sure that the model you are loading "
                + "into is exactly the same as the origin.");
        }
        if (!skip && !shape.AsSpan().SequenceEqual(tensor.shape))
        {
            throw new ArgumentException("Mismatched tensor shape while loading. Make sure that the model you are loading into is "
                + "exactly the same as the origin.");
        }
        if (skip)
        {
            long left = shape.Aggregate(1L, (product, size) => product * size) * type.ElementSize();
            reader.BaseStream.Seek(left, SeekOrigin.Current);
            return;
        }
        using var read = ReadElements(reader, type, shape);
        using var _ = torch.no_grad();
        tensor.copy_(read);
    }

    internal static torch.Tensor Read(BinaryReader reader)
    {
        var (type, shape) = ReadHeader(reader);
        return ReadElements(reader, type, shape);
    }

    private static (torch.ScalarType Type, long[] Shape) ReadHeader(BinaryReader reader)
    {
        var type = (torch.ScalarType)Leb128.Read(reader);
        var shape = new long[Leb128.Read(reader)];
        for (int d = 0; d < shape.Length; d++) shape[d] = Leb128.Read(reader);
        return (type, shape);
    }

    private static torch.Tensor ReadElements(BinaryReader reader, torch.ScalarType type, long[] shape)
    {
        var tensor = torch.empty(shape, type);
        tensor.ReadBytesFromStream(reader.BaseStream);
        return tensor;
    }
}

using System.Text;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace MLNetGen.Weights;

/// <summary>
/// What TorchSharp's <c>Module.save</c> writes, often as <c>.dat</c>: how many tensors there are, and of each its name, element type, number of axes, lengths and bytes. Numbers are in groups
/// of 7 bits, the lowest first (LEB128). It has no signature, so its first tensor has to look like one.
/// </summary>
internal static class TorchSharpFile
{
    private const int MostTensors = 1_000_000, LongestName = 800, MostBytesOfNumber = 9;

    /// <summary>Whether a file begins as one: a number of tensors, a name of letters, digits, dots, dashes and underscores, a type and a shape.</summary>
    public static bool Begins(byte[] start)
    {
        try
        {
            Reader reader = new(new ArrayBytes(start));
            return reader.Number() is > 0 and <= MostTensors && reader.Name() is { Length: > 0 } name && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-')
                && reader.Number() <= (long)ScalarType.BFloat16 && reader.Number() <= StoredTensor.MaxDimensions;
        }
        catch (BadWeightsException)
        {
            return false;
        }
    }

    public static WeightsFile Open(SafeFileHandle file)
    {
        FileBytes bytes = new(file, 0, RandomAccess.GetLength(file));
        Reader reader = new(new WindowedBytes(bytes));
        long count = reader.Number();
        List<StoredTensor> tensors = [];
        for (long i = 0; i < count; i++)
        {
            string name = reader.Name();
            ScalarType type = TypeOf(name, reader.Number());
            long axes = reader.Number();
            if (axes > StoredTensor.MaxDimensions) throw Damage.Truncated($"'{name}' is said to have {axes:N0} axes");
            long[] shape = new long[axes];
            for (int axis = 0; axis < axes; axis++) shape[axis] = reader.Number();
            StoredTensor tensor = new(name, shape, type, bytes, reader.Position);
            reader.Position += tensor.ByteCount;
            tensors.Add(tensor);
        }

        if (reader.Position != bytes.Length) throw Damage.Truncated($"its {count:N0} tensors end at byte {reader.Position:N0}, and it has {bytes.Length:N0}");
        return new("TorchSharp", tensors, file);
    }

    private static ScalarType TypeOf(string name, long type) => (ScalarType)type switch
    {
        ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int64 or ScalarType.Int32 or ScalarType.Int16
            or ScalarType.Int8 or ScalarType.Byte or ScalarType.Bool => (ScalarType)type,
        _ => throw new BadWeightsException($"holds '{name}' of TorchSharp's type {type}, which is not read here. Save the weights as float32, float16 or bfloat16."),
    };

    private sealed class Reader(ByteSource bytes)
    {
        private readonly byte[] one = new byte[1];

        public long Position { get; set; }

        public long Number()
        {
            long value = 0;
            for (int group = 0; group < MostBytesOfNumber; group++)
            {
                bytes.Read(Position++, one);
                value |= (long)(one[0] & 0x7F) << (7 * group);
                if (one[0] < 0x80) return value;
            }

            throw Damage.Truncated($"a number of more than {MostBytesOfNumber} bytes ends at byte {Position:N0}");
        }

        public string Name()
        {
            long length = Number();
            if (length > LongestName) throw Damage.Truncated($"a name of {length:N0} bytes begins at byte {Position:N0}");
            byte[] name = new byte[length];
            bytes.Read(Position, name);
            Position += length;
            return Encoding.UTF8.GetString(name);
        }
    }

    private sealed class ArrayBytes(byte[] bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override void Read(long offset, Span<byte> into)
        {
            if (offset > bytes.Length - into.Length) throw Damage.Truncated($"it ends at byte {bytes.Length:N0}");
            bytes.AsSpan((int)offset, into.Length).CopyTo(into);
        }
    }
}

using System.Buffers.Binary;
using System.Text;

namespace MLNetGen.Weights.PyTorch;

/// <summary>The bytes of a pickle, read from front to back.</summary>
/// <param name="stream">Where they come from.</param>
/// <param name="length">No more than these are read.</param>
internal sealed class PickleInput(Stream stream, long length)
{
    /// <summary>Bytes of a file's pickles at most; a tensor takes some 200.</summary>
    public const long Longest = 1 << 25;

    private const int LongestLine = 1024;

    public long Position { get; private set; }

    public byte Byte() => Bytes(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    // The one number in a pickle that is big-endian.
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(8));

    public string Text(ulong count) => Encoding.UTF8.GetString(Bytes(count));

    public string Line()
    {
        List<byte> line = [];
        for (byte value = Byte(); value != '\n'; value = Byte())
        {
            if (line.Count == LongestLine) throw Damage.CutOff($"a name at byte {Position:N0} of its pickle does not end");
            line.Add(value);
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    /// <summary>Makes room only for what can be there.</summary>
    public byte[] Bytes(ulong count)
    {
        if (count > (ulong)(length - Position) || count > (ulong)Array.MaxLength)
            throw Damage.CutOff($"its pickle wants {count:N0} bytes at byte {Position:N0}, where {length - Position:N0} are left");
        byte[] bytes = new byte[count];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw Damage.CutOff($"its pickle ends at byte {Position:N0}, in the middle");
        Position += bytes.Length;
        return bytes;
    }
}

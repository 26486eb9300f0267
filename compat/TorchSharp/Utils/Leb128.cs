namespace TorchSharp.Utils;

/// <summary>Whole numbers in as few bytes as they need, seven bits a byte, the lowest first.</summary>
internal static class Leb128
{
    internal static void Write(BinaryWriter writer, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        for (; value > 0x7f; value >>= 7) writer.Write((byte)(value | 0x80));
        writer.Write((byte)value);
    }

    internal static long Read(BinaryReader reader)
    {
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            if (shift > 56) throw new InvalidDataException("A length has too many bytes: this is not a file of tensors.");
            long part = reader.ReadByte();
            value |= (part & 0x7f) << shift;
            if ((part & 0x80) == 0) return value;
        }
    }
}

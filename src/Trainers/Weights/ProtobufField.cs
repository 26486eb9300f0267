namespace MLNetGen.Weights;

/// <summary>A field of a protobuf message where it lies (protobuf.dev, "Encoding").</summary>
/// <param name="Number">Its number in the .proto.</param>
/// <param name="Value">Of a varint; 0 otherwise.</param>
/// <param name="Start">Where its content begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Wire">Its wire type.</param>
internal readonly record struct ProtobufField(int Number, ulong Value, long Start, long End, int Wire)
{
    private const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;
    private const int LongestVarint = 10;

    public bool IsNumber => Wire == Varint;

    /// <summary>Whether it is this field and holds a message, text or bytes.</summary>
    public bool IsBytes(int number) => Number == number && Wire == LengthDelimited;

    /// <summary>The fields between two places, which must be whole.</summary>
    public static IEnumerable<ProtobufField> All(ByteSource bytes, long start, long end)
    {
        while (start < end)
        {
            ulong key = Number64(bytes, ref start, end);
            int wire = (int)(key & 7);
            long begin = start;
            ulong value = wire is Varint or LengthDelimited ? Number64(bytes, ref start, end) : 0;
            ulong length = wire switch
            {
                Varint => 0,
                Fixed64 => sizeof(ulong),
                LengthDelimited => value,
                Fixed32 => sizeof(uint),
                _ => throw Damage.CutOff($"a field of wire type {wire} at byte {begin:N0}"),
            };
            if (length > (ulong)(end - start)) throw Damage.CutOff($"a field of {length:N0} bytes at byte {start:N0}, where {end - start:N0} are left");
            if (wire != Varint) begin = start;
            start += (long)length;
            yield return new((int)Math.Min(key >> 3, int.MaxValue), wire == Varint ? value : 0, begin, start, wire);
        }
    }

    /// <summary>The varints that a packed field holds.</summary>
    public static IEnumerable<ulong> Numbers(ByteSource bytes, ProtobufField field)
    {
        for (long start = field.Start; start < field.End;) yield return Number64(bytes, ref start, field.End);
    }

    private static ulong Number64(ByteSource bytes, ref long start, long end)
    {
        ulong value = 0;
        Span<byte> next = stackalloc byte[1];
        for (int i = 0; i < LongestVarint && start < end; i++)
        {
            bytes.Read(start++, next);
            value |= (ulong)(next[0] & 0x7F) << (7 * i);
            if (next[0] < 0x80) return value;
        }

        throw Damage.CutOff($"a number that does not end at byte {start:N0}");
    }
}

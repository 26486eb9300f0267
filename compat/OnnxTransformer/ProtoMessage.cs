namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Walks the length-delimited fields of a protocol buffer message.</summary>
internal static class ProtoMessage
{
    /// <summary>Calls <paramref name="visit"/> with each such field's number and length, the stream at its first byte.</summary>
    public static void ForEach(Stream stream, long length, Action<int, long> visit)
    {
        long end = stream.Position + length;
        while (stream.Position < end)
        {
            ulong tag = ReadVarint(stream);
            switch (tag & 7)
            {
                case 0:
                    ReadVarint(stream);
                    break;
                case 1:
                    stream.Position += 8;
                    break;
                case 2:
                    long size = (long)ReadVarint(stream);
                    long next = stream.Position + size;
                    if (size < 0 || next > end)
                        throw new InvalidDataException($"An ONNX message's field {tag >> 3} is longer than the message");
                    visit((int)(tag >> 3), size);
                    stream.Position = next;
                    break;
                case 5:
                    stream.Position += 4;
                    break;
                default:
                    throw new InvalidDataException($"Not a protocol buffer: wire type {tag & 7}");
            }
        }
    }

    private static ulong ReadVarint(Stream stream)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int read = stream.ReadByte();
            if (read < 0)
                throw new EndOfStreamException("The ONNX file ends early");
            value |= (ulong)(read & 0x7F) << shift;
            if (read < 0x80)
                return value;
        }
        throw new InvalidDataException("Not a protocol buffer: an endless number");
    }
}

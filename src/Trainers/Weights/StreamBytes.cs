using System.Buffers;

namespace MLNetGen.Weights;

/// <summary>Bytes that are unpacked as they are read: forward is cheap, backward begins anew.</summary>
/// <param name="open">A new stream from the first byte on.</param>
/// <param name="length">Bytes that it is said to have.</param>
internal sealed class StreamBytes(Func<Stream> open, long length) : ByteSource, IDisposable
{
    private const int SkipBuffer = 1 << 16;
    private Stream? stream;
    private long position;

    public override long Length => length;

    public override void Read(long offset, Span<byte> into)
    {
        if (stream is null || offset < position)
        {
            Dispose();
            stream = open();
            position = 0;
        }

        Skip(offset - position);
        Fill(into);
    }

    public void Dispose()
    {
        stream?.Dispose();
        stream = null;
    }

    private void Skip(long count)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SkipBuffer);
        for (; count > 0; count -= Math.Min(count, buffer.Length)) Fill(buffer.AsSpan(0, (int)Math.Min(count, buffer.Length)));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Fill(Span<byte> into)
    {
        int read = stream!.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        position += read;
        if (read < into.Length) throw Damage.CutOff($"{position:N0} bytes can be unpacked where there should be {length:N0}");
    }
}

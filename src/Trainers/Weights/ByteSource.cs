using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace MLNetGen.Weights;

/// <summary>Bytes that tensors lie in. None is read before it is asked for.</summary>
internal abstract class ByteSource
{
    public abstract long Length { get; }

    /// <summary>Fills all of <paramref name="into"/>.</summary>
    /// <exception cref="BadWeightsException">There are not so many bytes.</exception>
    public abstract void Read(long offset, Span<byte> into);
}

/// <summary>A stretch of a file.</summary>
internal sealed class FileBytes : ByteSource
{
    private readonly SafeFileHandle file;
    private readonly long start;

    public FileBytes(SafeFileHandle file, long start, long length)
    {
        if (start < 0 || length < 0 || start > RandomAccess.GetLength(file) - length)
            throw Damage.Truncated($"{length:N0} bytes from {start:N0} on lie beyond its end at {RandomAccess.GetLength(file):N0}");
        this.file = file;
        this.start = start;
        Length = length;
    }

    public override long Length { get; }

    public override void Read(long offset, Span<byte> into)
    {
        while (into.Length > 0)
        {
            int read = RandomAccess.Read(file, into, start + offset);
            if (read == 0) throw Damage.Truncated($"it ends at byte {start + offset:N0}, {into.Length:N0} bytes too early");
            offset += read;
            into = into[read..];
        }
    }
}

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
        if (read < into.Length) throw Damage.Truncated($"{position:N0} bytes can be unpacked where there should be {length:N0}");
    }
}

/// <summary>Fetches a window at a time, so that a parser may read a few bytes here and there.</summary>
internal sealed class WindowedBytes(ByteSource source) : ByteSource
{
    private readonly byte[] window = new byte[4096];
    private long start;
    private int filled;

    public override long Length => source.Length;

    public override void Read(long offset, Span<byte> into)
    {
        if (offset < 0 || offset > Length - into.Length)
            throw Damage.Truncated($"{into.Length:N0} bytes are wanted at byte {offset:N0} of {Length:N0}");
        while (into.Length > 0)
        {
            Span<byte> piece = into[..Math.Min(into.Length, window.Length)];
            if (offset < start || offset + piece.Length > start + filled) Fill(offset);
            window.AsSpan((int)(offset - start), piece.Length).CopyTo(piece);
            offset += piece.Length;
            into = into[piece.Length..];
        }
    }

    // Goes on where the last window ended, if it can: what unpacks as it reads begins anew for a step back.
    private void Fill(long offset)
    {
        int kept = offset >= start && offset < start + filled ? (int)(start + filled - offset) : 0;
        window.AsSpan(filled - kept, kept).CopyTo(window);
        (start, filled) = (offset, kept);
        int count = (int)Math.Min(window.Length, Length - offset) - kept;
        source.Read(offset + kept, window.AsSpan(kept, count));
        filled += count;
    }
}

/// <summary>Bytes as a stream, for what unpacks them.</summary>
internal sealed class ByteStream(ByteSource bytes) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, bytes.Length - Position);
        bytes.Read(Position, buffer[..count]);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

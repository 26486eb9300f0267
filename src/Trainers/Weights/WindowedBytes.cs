namespace MLNetGen.Weights;

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
            throw Damage.CutOff($"{into.Length:N0} bytes are wanted at byte {offset:N0} of {Length:N0}");
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

namespace MLNetGen;

/// <summary>GIF's Lempel-Ziv-Welch codes of variable length, in sub-blocks of at most 255 bytes.</summary>
/// <remarks>Source: GIF 89a, appendix F; Welch, "A technique for high-performance data compression", Computer 17(6), 1984.</remarks>
internal sealed class LzwEncoder
{
    private const int MaximumBits = 12, MaximumCodes = 1 << MaximumBits, BlockBytes = 255;

    private readonly int symbolBits, clear, end;
    private readonly byte[] block = new byte[BlockBytes + 1];

    // The code of a code and the value after it; 0 where there is none yet, since single values have the codes from 0 on.
    private readonly ushort[] codes;

    private int pending, pendingBits, blockLength;

    /// <param name="symbolBits">Bits of a value, 2 to 8.</param>
    public LzwEncoder(int symbolBits)
    {
        this.symbolBits = symbolBits;
        clear = 1 << symbolBits;
        end = clear + 1;
        codes = new ushort[MaximumCodes << symbolBits];
    }

    /// <summary>Writes the code size, the codes of at least one value, and the block that ends them.</summary>
    public void Encode(ReadOnlySpan<byte> values, Stream stream)
    {
        stream.WriteByte((byte)symbolBits);
        (pending, pendingBits, blockLength) = (0, 0, 0);
        Array.Clear(codes);
        int next = end + 1, bits = symbolBits + 1, code = values[0];
        Put(clear, bits, stream);
        foreach (var value in values[1..])
        {
            ref var longer = ref codes[code << symbolBits | value];
            if (longer != 0)
            {
                code = longer;
                continue;
            }
            Put(code, bits, stream);
            code = value;
            if (next < MaximumCodes)
            {
                // The decoder adds a code one step later, so that the width grows when the code that no longer fits is made.
                if (next == 1 << bits)
                    bits++;
                longer = (ushort)next++;
            }
            else
            {
                Put(clear, bits, stream);
                Array.Clear(codes);
                (next, bits) = (end + 1, symbolBits + 1);
            }
        }
        Put(code, bits, stream);
        // The last code, too, lets the decoder add one.
        if (next == 1 << bits && bits < MaximumBits)
            bits++;
        Put(end, bits, stream);
        if (pendingBits > 0)
            Put(0, 8 - pendingBits, stream);
        WriteBlock(stream);
        stream.WriteByte(0);
    }

    private void Put(int code, int bits, Stream stream)
    {
        pending |= code << pendingBits;
        pendingBits += bits;
        while (pendingBits >= 8)
        {
            block[++blockLength] = (byte)pending;
            pending >>= 8;
            pendingBits -= 8;
            if (blockLength == BlockBytes)
                WriteBlock(stream);
        }
    }

    private void WriteBlock(Stream stream)
    {
        if (blockLength == 0)
            return;
        block[0] = (byte)blockLength;
        stream.Write(block, 0, blockLength + 1);
        blockLength = 0;
    }
}

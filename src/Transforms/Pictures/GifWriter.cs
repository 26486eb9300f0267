using System.Buffers.Binary;

namespace MLNetGen;

/// <summary>Writes an animated GIF with one palette for all frames.</summary>
/// <remarks>
/// CompuServe, "Graphics Interchange Format, version 89a", 1990, sections 18 to 26 and appendix F; that it repeats is
/// Netscape's application extension.
/// </remarks>
internal sealed class GifWriter
{
    private const byte Extension = 0x21, ImageDescriptor = 0x2C, Trailer = 0x3B;

    // Eight bits a pixel, always: fewer would save next to nothing, since the codes adapt.
    private const int BitsPerPixel = 8, TableBytes = 3 * 256;

    private readonly Stream stream;
    private readonly int width, height;
    private readonly GifPalette palette;
    private readonly LzwEncoder encoder;
    private readonly byte[] indices;

    public GifWriter(Stream stream, int width, int height, GifPalette palette)
    {
        this.stream = stream;
        this.width = width;
        this.height = height;
        this.palette = palette;
        encoder = new LzwEncoder(BitsPerPixel);
        indices = new byte[width * height];
        WriteHeader();
    }

    /// <param name="frame">Of the animation's size.</param>
    /// <param name="hundredths">How long it is shown, in hundredths of a second.</param>
    public void Write(Picture frame, ushort hundredths)
    {
        var (green, blue) = frame.Channels == 1 ? (0, 0) : (1, 2);
        for (int to = 0, from = 0; to < indices.Length; to++, from += frame.Channels)
            indices[to] = palette.IndexOf(frame.Pixels[from], frame.Pixels[from + green], frame.Pixels[from + blue]);

        Span<byte> control = [Extension, 0xF9, 4, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(control[4..], hundredths);
        stream.Write(control);
        Span<byte> descriptor = [ImageDescriptor, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        WriteSize(descriptor[5..]);
        stream.Write(descriptor);
        encoder.Encode(indices, stream);
    }

    public void Finish() => stream.WriteByte(Trailer);

    private void WriteHeader()
    {
        stream.Write("GIF89a"u8);
        // A global palette of 2^(7 + 1) colours with 8 bits a channel.
        Span<byte> screen = [0, 0, 0, 0, 0b1_111_0_111, 0, 0];
        WriteSize(screen);
        stream.Write(screen);
        var table = new byte[TableBytes];
        for (var i = 0; i < palette.Colors.Length; i++)
        {
            table[3 * i] = (byte)(palette.Colors[i] >> 16);
            table[3 * i + 1] = (byte)(palette.Colors[i] >> 8);
            table[3 * i + 2] = (byte)palette.Colors[i];
        }
        stream.Write(table);
        stream.Write([Extension, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);
    }

    private void WriteSize(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], (ushort)height);
    }
}

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

using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>MurmurHash3 (x86, 32 bits): rounds over chunks of four bytes, then a final mix with the length in bytes.</summary>
internal static class MurmurHash
{
    private const uint C1 = 0xCC9E2D51;
    private const uint C2 = 0x1B873593;

    public static uint Round(uint hash, uint chunk) =>
        (BitOperations.RotateLeft(hash ^ Scrambled(chunk), 13) * 5) + 0xE6546B64;

    public static uint Round(uint hash, ulong chunks) => Round(Round(hash, (uint)chunks), (uint)(chunks >> 32));

    public static uint Mix(uint hash, int length)
    {
        hash ^= (uint)length;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }

    /// <summary>
    /// The hash of text, mixed. It is that of the UTF-8 bytes as long as they are ASCII: ML.NET turns each UTF-16 unit into bytes
    /// by itself, and turns over the bytes of those that need more than one, together with bytes that wait before them.
    /// </summary>
    public static uint OfText(uint hash, ReadOnlySpan<char> text)
    {
        ulong waiting = 0;
        int bits = 0;
        int length = 0;
        foreach (uint unit in text)
        {
            if (unit <= 0x7F)
            {
                waiting |= (ulong)unit << bits;
                bits += 8;
            }
            else if (unit <= 0x7FF)
            {
                waiting |= (ulong)(0xC080 | ((unit << 2) & 0x1F00) | (unit & 0x3F)) << bits;
                waiting = ((waiting & 0xFF) << 8) | (waiting >> 8);
                bits += 16;
            }
            else
            {
                waiting |= (ulong)(0xE08080 | ((unit << 4) & 0x0F0000) | ((unit << 2) & 0x3F00) | (unit & 0x3F)) << bits;
                waiting = ((waiting & 0xFF) << 16) | (((waiting >> 8) & 0xFF) << 8) | (waiting >> 16);
                bits += 24;
            }
            if (bits >= 32)
            {
                hash = Round(hash, (uint)waiting);
                waiting >>= 32;
                bits -= 32;
                length += 4;
            }
        }
        if (bits > 0)
            hash ^= Scrambled((uint)waiting & ((1u << bits) - 1));
        return Mix(hash, length + (bits / 8));
    }

    private static uint Scrambled(uint chunk) => BitOperations.RotateLeft(chunk * C1, 15) * C2;
}

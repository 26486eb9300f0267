using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace MLNetGen.Fuzz;

/// <summary>Damages a file: the same seed and position always give the same bytes.</summary>
internal sealed class Mutator(ulong seed, long position)
{
    // Numbers at which readers of lengths, offsets and shapes go wrong.
    private static readonly long[] Edges = [0, 1, -1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, 1L << 40];

    private ulong state = (seed * 0x9E3779B97F4A7C15) ^ ((ulong)position * 0xD1B54A32D192ED03);

    /// <summary>From 0 to <paramref name="limit"/> − 1.</summary>
    public int Next(int limit)
    {
        // SplitMix64 (Steele, Lea and Flood 2014): the same on every system.
        state += 0x9E3779B97F4A7C15;
        ulong z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (uint)limit);
    }

    /// <summary>A damaged copy. Half of those that store checksums get right ones, so that what lies behind them is reached too.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="other">Another one, parts of which may be put in.</param>
    /// <param name="mendsZips">Whether a zip's entries may be damaged and have right checksums.</param>
    public byte[] Damaged(byte[] file, byte[] other, bool mendsZips)
    {
        bool mends = Next(2) == 0;
        if (mends && mendsZips && IsZip(file))
            return Zip(file, other) ?? Bytes(file, other);
        if (mends && file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return Packed(Bytes(Unpacked(file), other));
        byte[] damaged = Bytes(file, other);
        if (mends && damaged.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            MendPng(damaged);
        return damaged;
    }

    private byte[] Bytes(byte[] file, byte[] other)
    {
        byte[] bytes = [.. file];
        for (int left = 1 + Next(4); left > 0; left--)
            bytes = Once(bytes, other);
        return bytes;
    }

    private byte[] Once(byte[] bytes, byte[] other)
    {
        if (bytes.Length == 0)
            return [(byte)Next(256)];
        int at = Next(bytes.Length), length = 1 + Next(Math.Min(bytes.Length - at, 64));
        switch (Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)Next(256);
                return bytes;
            case 2:
                for (int i = 0; i < length; i++) bytes[at + i] = (byte)Next(256);
                return bytes;
            case 3:
                return bytes[..at];
            case 4:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 5:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 6:
                Number(bytes.AsSpan(at));
                return bytes;
            case 7:
                bytes.AsSpan(at, length).Fill(Next(2) == 0 ? (byte)0 : (byte)255);
                return bytes;
            default:
                int from = Next(Math.Max(1, other.Length)), count = Math.Min(1 + Next(256), other.Length - from);
                return [.. bytes[..at], .. other.AsSpan(from, count), .. bytes[Math.Min(bytes.Length, at + count)..]];
        }
    }

    // Two, four or eight bytes, the lowest or the highest first.
    private void Number(Span<byte> at)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, Edges[Next(Edges.Length)]);
        Span<byte> part = number[..(2 << Next(3))];
        if (Next(2) == 0) part.Reverse();
        part[..Math.Min(part.Length, at.Length)].CopyTo(at);
    }

    /// <summary>The same zip without the hour that it was made in.</summary>
    public static byte[] WithoutTime(byte[] zip)
    {
        using MemoryStream made = new();
        using (ZipArchive from = new(new MemoryStream(zip), ZipArchiveMode.Read), to = new(made, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in from.Entries)
            {
                using MemoryStream bytes = new();
                using (Stream stream = entry.Open()) stream.CopyTo(bytes);
                Put(to, entry.FullName, bytes.ToArray());
            }
        }
        return made.ToArray();
    }

    private static void Put(ZipArchive zip, string name, byte[] bytes)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using Stream target = entry.Open();
        target.Write(bytes);
    }

    private static bool IsZip(byte[] file) => file.AsSpan().StartsWith("PK\x03\x04"u8);

    // One entry's bytes are damaged, and its checksum is of them.
    private byte[]? Zip(byte[] file, byte[] other)
    {
        using MemoryStream made = new();
        try
        {
            using ZipArchive from = new(new MemoryStream(file), ZipArchiveMode.Read);
            using ZipArchive to = new(made, ZipArchiveMode.Create, leaveOpen: true);
            int chosen = Next(Math.Max(1, from.Entries.Count));
            for (int i = 0; i < from.Entries.Count; i++)
            {
                using MemoryStream entry = new();
                using (Stream stream = from.Entries[i].Open()) stream.CopyTo(entry);
                byte[] bytes = i == chosen ? Bytes(entry.ToArray(), other) : entry.ToArray();
                Put(to, from.Entries[i].FullName, bytes);
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
        return made.ToArray();
    }

    private static byte[] Unpacked(byte[] file)
    {
        using GZipStream stream = new(new MemoryStream(file), CompressionMode.Decompress);
        using MemoryStream unpacked = new();
        stream.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static byte[] Packed(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Fastest, leaveOpen: true)) stream.Write(bytes);
        return packed.ToArray();
    }

    private static void MendPng(Span<byte> png)
    {
        for (int at = 8; png.Length - at >= 12;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12)
                return;
            BinaryPrimitives.WriteUInt32BigEndian(png[(at + 8 + (int)length)..], Crc32.HashToUInt32(png.Slice(at + 4, 4 + (int)length)));
            at += 12 + (int)length;
        }
    }
}

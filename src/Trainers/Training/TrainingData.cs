using System.Security.Cryptography;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>What a checkpoint knows its training rows by.</summary>
internal static class TrainingData
{
    private const long BytesAtATime = 1 << 26;

    /// <summary>SHA-256 of the rows as the network gets them.</summary>
    public static string HashOf(Tensor rows)
    {
        // A piece at a time: a span holds no more than 2 GB.
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long count = rows.shape[0], step = Math.Max(1, BytesAtATime / Math.Max(1, rows.numel() / Math.Max(1, count) * rows.ElementSize));
        for (long start = 0; start < count; start += step)
        {
            using Tensor piece = rows.narrow(0, start, Math.Min(step, count - start));
            hash.AppendData(piece.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string HashOfFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

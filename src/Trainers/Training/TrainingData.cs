using System.Security.Cryptography;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>What a checkpoint knows its training rows by.</summary>
internal static class TrainingData
{
    /// <summary>SHA-256 of the rows as the network gets them.</summary>
    public static string HashOf(Tensor rows) => Convert.ToHexStringLower(SHA256.HashData(rows.bytes));

    /// <summary>SHA-256 of a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string HashOfFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

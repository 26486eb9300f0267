using System.Security.Cryptography;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>What a checkpoint knows its training rows by.</summary>
internal static class TrainingData
{
    /// <summary>SHA-256 of the rows as the network gets them.</summary>
    public static string HashOf(Tensor rows) => Convert.ToHexStringLower(SHA256.HashData(rows.bytes));
}

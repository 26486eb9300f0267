namespace MLNetGen.Tests.Vae;

internal static class ByteArrays
{
    public static IEqualityComparer<byte[]> Comparer { get; } =
        EqualityComparer<byte[]>.Create((a, b) => a.AsSpan().SequenceEqual(b), bytes => bytes.Length);
}

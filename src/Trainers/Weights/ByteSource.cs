namespace MLNetGen.Weights;

/// <summary>Bytes that tensors lie in. None is read before it is asked for.</summary>
internal abstract class ByteSource
{
    public abstract long Length { get; }

    /// <summary>Fills all of <paramref name="into"/>.</summary>
    /// <exception cref="BadWeightsException">There are not so many bytes.</exception>
    public abstract void Read(long offset, Span<byte> into);
}

namespace MLNetGen;

/// <summary>Where the bytes of a <see cref="PictureSet"/> lie, and in what order they are read.</summary>
internal sealed record PictureSetOptions
{
    /// <summary>1 GiB: about 5,400 pictures of 256×256 in colour.</summary>
    public const long DefaultMemoryBudget = 1L << 30;

    /// <summary>A set of more bytes than this lies in a memory-mapped temporary file; 0 puts every set there.</summary>
    public long MemoryBudgetBytes { get; init; } = DefaultMemoryBudget;

    /// <summary>The folder of that file, made if it is not there; null takes the system's temporary folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Reads the rows shuffled by this seed, where they can be; null reads them in their own order.</summary>
    public int? ShuffleSeed { get; init; }

    /// <summary>Rows beyond so many are not read; null reads all.</summary>
    public long? MaximumRows { get; init; }

    /// <summary>Ends the reading, and every wait for a row, with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }
}

namespace MLNetGen.Onnx;

/// <summary>How a network is run in tiles.</summary>
public sealed class TilingOptions
{
    /// <summary>The default of <see cref="TileSize"/>.</summary>
    public const int DefaultTileSize = 512;

    /// <summary>The default of <see cref="MemoryLimit"/>: 1 GiB.</summary>
    public const long DefaultMemoryLimit = 1L << 30;

    /// <summary>
    /// Height and width of a tile in pixels, at least 16, rounded up to a multiple of the network's strides. What a tile needs of its
    /// neighbours comes on top: larger tiles compute less twice, and take more memory.
    /// </summary>
    public int TileSize { get; set; } = DefaultTileSize;

    /// <summary>
    /// Bytes that the network's inner pictures may take while they wait, at least 0. Those that do not fit are computed again whenever
    /// they are needed, which takes time. The runtime, the tile at work and the two pictures themselves come on top, about 650 MB with a
    /// network 32 channels wide at full size and tiles of 512.
    /// </summary>
    public long MemoryLimit { get; set; } = DefaultMemoryLimit;

    /// <summary>Threads of ONNX Runtime; 0: one a core.</summary>
    public int Threads { get; set; }

    /// <summary>The GPU that ONNX Runtime is to use, from 0; null: the processor. Tiles are copied to it and back.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether the processor will do where ONNX Runtime cannot use that GPU; otherwise that is an error.</summary>
    public bool FallbackToCpu { get; set; }

    internal void Check()
    {
        if (TileSize < 16) throw new ArgumentOutOfRangeException(nameof(TileSize), TileSize, "A tile has at least 16 pixels a side.");
        ArgumentOutOfRangeException.ThrowIfNegative(MemoryLimit);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
    }
}

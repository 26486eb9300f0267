namespace MLNetGen.Export.Converters;

/// <summary>A pooling layer's window with its defaults filled in, one number an axis.</summary>
internal sealed class PoolingWindow
{
    public PoolingWindow(int axes, long[] kernel, long[]? stride, long[]? padding, long[]? dilation, bool ceilMode)
    {
        Axes = axes;
        Kernel = Spread(kernel, 1);
        Stride = stride is null or [] ? Kernel : Spread(stride, 1);
        Padding = Spread(padding, 0);
        Dilation = Spread(dilation, 1);
        Extra = [.. Kernel.Select((size, i) => ceilMode ? Math.Min(Stride[i] - 1, Dilation[i] * (size - 1) - Padding[i]) : 0)];
    }

    public int Axes { get; }

    public long[] Kernel { get; }

    public long[] Stride { get; }

    public long[] Padding { get; }

    public long[] Dilation { get; }

    /// <summary>
    /// Further padding at each end that makes PyTorch's ceil mode of floor mode, for inputs of any length. With length L,
    /// padding p, stride s and a window reaching over e elements, ceil mode has ⌈(L + 2p - e) / s⌉ + 1 windows, or one less
    /// if the last would start beyond L + p, in the end's padding. s - 1 more elements make the floor that ceiling, and
    /// e - p - 1 make it ⌊(L + p - 1) / s⌋ + 1, the windows that start before L + p: the lesser of the two is both.
    /// </summary>
    public long[] Extra { get; }

    private long[] Spread(long[]? values, long absent) => values switch
    {
        null or [] => [.. Enumerable.Repeat(absent, Axes)],
        [long single] => [.. Enumerable.Repeat(single, Axes)],
        _ => values,
    };
}

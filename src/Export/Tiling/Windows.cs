namespace MLNetGen.Export.Tiling;

/// <summary>Sliding windows along one axis: which outputs see a cut edge.</summary>
/// <param name="Kernel">Elements from the window's first to its last, holes of a dilation included.</param>
/// <param name="Stride">The window's step; of a transposed convolution, the outputs' step an input.</param>
/// <param name="Begin">Padding before the first element.</param>
internal readonly record struct Windows(int Kernel, int Stride, int Begin)
{
    /// <summary>Convolution and pooling: output o sees the inputs from o·stride − begin on.</summary>
    public Margin Slide(Margin margin, int length, int outputs)
    {
        // Inputs that remain after the last window; fewer than none where it reaches into the padding.
        int left = length - 1 - ((outputs - 1) * Stride - Begin + Kernel - 1);
        return new(RoundUp(margin.Before + Begin), Math.Max(0, RoundUp(margin.After - left)));
    }

    /// <summary>Transposed convolution: input i reaches the outputs from i·stride − begin on.</summary>
    public Margin Scatter(Margin margin, int length, int outputs) => new(
        Math.Max(0, (margin.Before - 1) * Stride + Kernel - Begin),
        Math.Max(0, outputs - (length - margin.After) * Stride + Begin));

    private int RoundUp(int elements) => elements <= 0 ? 0 : (elements + Stride - 1) / Stride;
}

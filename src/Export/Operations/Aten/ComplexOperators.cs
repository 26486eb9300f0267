using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>Fourier transforms and what is done with complex numbers, which the file has as real ones with a last axis of two more.</summary>
internal static class ComplexOperators
{
    /// <summary>From real numbers to complex ones, and back.</summary>
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("fft_fft fft_ifft fft_fft2 fft_ifft2 fft_fftn fft_ifftn", c => Transform(c, Axes(c), c.Name.Contains("_if", StringComparison.Ordinal))),
        ("fft_rfft fft_rfft2 fft_rfftn", RealTransform),
        ("fft_irfft fft_irfft2 fft_irfftn", ToReal),
        ("fft_fftshift fft_ifftshift", Shift),
        ("stft", ShortTime),
        ("complex", c => c.Concat(-1, c.Unsqueeze(c.As(0, "Float"), -1), c.Unsqueeze(c.As(1, "Float"), -1))),
        ("polar", c => c.Concat(-1, c.Unsqueeze(c.X * c.Tensor(1).X.Node("Cos"), -1), c.Unsqueeze(c.X * c.Tensor(1).X.Node("Sin"), -1))),
        ("view_as_complex view_as_real", c => c.X),
    ];

    /// <summary>Operations of real numbers that complex ones have too.</summary>
    public static (string, Func<OperationCall, object>)[] OfComplex { get; } =
    [
        .. All,
        ("real", c => Part(c, c.X, 0)),
        ("imag", c => Part(c, c.X, 1)),
        ("abs", c => c.X.Square().ReduceSum([-1], keepDimensions: false).Sqrt()),
        ("conj conj_physical _conj _conj_physical", c => Conjugate(c, c.X)),
        ("resolve_conj resolve_neg clone contiguous alias detach", c => c.X),
        ("add sub subtract", Sum),
        ("mul multiply", Product),
        ("div divide true_divide", c => c[1] is TracedValue { IsComplex: true } || c[2] is not null ? throw c.Refuse("divides by complex numbers: multiply by conj, and divide by the square of abs") : Wide(c, 0) / Real(c, 1)),
        ("slice select narrow", c => AtenOperators.Find($"aten::{c.Name}")!(c)),
    ];

    private static OnnxValue Part(OperationCall c, OnnxValue x, long i) => c.Squeeze(x.Slice(-1, i, i + 1), -1);

    private static OnnxValue Conjugate(OperationCall c, OnnxValue x) => x * c.Graph.Constant([1, -1], [2]);

    // A complex argument as it is; a real one with nothing imaginary.
    private static OnnxValue Wide(OperationCall c, int i) => c[i] is TracedValue { IsComplex: true } complex ? complex.X : Real(c, i) * c.Graph.Constant([1, 0], [2]);

    private static OnnxValue Real(OperationCall c, int i) => c[i] is TracedValue ? c.Unsqueeze(c.As(i, "Float"), -1) : c.As(i, "Float");

    private static OnnxValue Sum(OperationCall c)
    {
        if (c.Count > 2 && c.Number(2) != 1) throw c.Refuse("adds a multiple of complex numbers: multiply first");
        return c.Name == "add" ? Wide(c, 0) + Wide(c, 1) : Wide(c, 0) - Wide(c, 1);
    }

    private static OnnxValue Product(OperationCall c)
    {
        if (c[0] is not TracedValue { IsComplex: true }) return Real(c, 0) * Wide(c, 1);
        if (c[1] is not TracedValue { IsComplex: true } other) return c.X * Real(c, 1);
        OnnxValue a = c.X.Slice(-1, 0, 1), b = c.X.Slice(-1, 1, 2), p = other.X.Slice(-1, 0, 1), q = other.X.Slice(-1, 1, 2);
        return c.Concat(-1, a * p - b * q, a * q + b * p);
    }

    // The axes to transform, each with its length afterwards where one was given.
    private static (int Axis, object? Length)[] Axes(OperationCall c)
    {
        int rank = c.Input.Rank;
        if (c.Name[^1] is not ('2' or 'n')) return [(c[2] is null ? rank - 1 : c.Axis(2, rank), c[1])];
        object?[]? lengths = c[1] as object?[];
        long[] axes = c[2] is object?[] given ? [.. given.Select(c.Whole)] : [.. Enumerable.Range(0, lengths?.Length ?? rank).Select(i => (long)(rank - (lengths?.Length ?? rank) + i))];
        return [.. axes.Select((axis, i) => (OperationCall.Axis(axis, rank), lengths?[i] is -1L ? null : lengths?[i]))];
    }

    // ONNX's own transform divides by the length on the way back, and not on the way there.
    private static OnnxValue Normed(OperationCall c, OnnxValue y, OnnxValue length, bool inverse, string? norm) => (norm ?? "backward", inverse) switch
    {
        ("backward", _) => y,
        ("ortho", false) => y / Count(c, length).Sqrt(),
        ("ortho", true) => y * Count(c, length).Sqrt(),
        ("forward", false) => y / Count(c, length),
        _ => y * Count(c, length),
    };

    private static OnnxValue Count(OperationCall c, OnnxValue length) => c.Squeeze(length, 0).Cast(OnnxElementType.Float);

    // Cut off, or filled up with zeros.
    private static OnnxValue Fit(OperationCall c, OnnxValue x, int axis, OnnxValue length)
    {
        OnnxValue zero = c.Graph.Constant([0]), cut = x.Node("Slice", zero, length, c.Graph.Constant([axis]));
        int rank = c.Input.Rank + 1;
        OnnxValue missing = length - cut.Shape().Slice(0, axis, axis + 1);
        return cut.Node("Pad", c.Concat(0, c.Graph.Constant(new long[rank + axis]), missing, c.Graph.Constant(new long[rank - axis - 1])));
    }

    private static OnnxValue Fourier(OperationCall c, OnnxValue x, int axis, bool inverse = false, bool half = false)
    {
        c.RequireOpset(17);
        List<(string, OnnxAttributeValue)> attributes = [("inverse", inverse ? 1 : 0), ("onesided", half ? 1 : 0)];
        // In operator set 20 the axis became an input.
        if (c.Graph.Opset >= 20) return c.Node("DFT", [x, null, c.As((long)axis, "Long")], [.. attributes]);
        return c.Node("DFT", [x], [.. attributes, ("axis", axis)]);
    }

    private static OnnxValue Transform(OperationCall c, (int Axis, object? Length)[] axes, bool inverse, OnnxValue? of = null)
    {
        OnnxValue x = of ?? (c.Input.IsComplex ? c.X : Wide(c, 0));
        foreach ((int axis, object? length) in axes)
        {
            if (length is not null) x = Fit(c, x, axis, c.Vector(length));
            x = Normed(c, Fourier(c, x, axis, inverse), x.Shape().Slice(0, axis, axis + 1), inverse, c[3] as string);
        }

        return x;
    }

    private static OnnxValue RealTransform(OperationCall c)
    {
        (int Axis, object? Length)[] axes = Axes(c);
        (int last, object? length) = axes[^1];
        OnnxValue x = c.Unsqueeze(c.As(0, "Float"), -1);
        if (length is not null) x = Fit(c, x, last, c.Vector(length));
        OnnxValue half = Normed(c, Fourier(c, x, last, half: true), x.Shape().Slice(0, last, last + 1), inverse: false, c[3] as string);
        return Transform(c, axes[..^1], inverse: false, half);
    }

    // The half that is missing is the other one's mirror, conjugate.
    private static OnnxValue ToReal(OperationCall c)
    {
        (int Axis, object? Length)[] axes = Axes(c);
        (int last, object? length) = axes[^1];
        OnnxValue x = Transform(c, axes[..^1], inverse: true), one = c.Graph.Constant([1]), two = c.Graph.Constant([2]), axis = c.Graph.Constant([last]);
        OnnxValue count = length is null ? (x.Shape().Slice(0, last, last + 1) - one) * two : c.Vector(length);
        x = Fit(c, x, last, count / two + one);
        OnnxValue mirror = x.Node("Slice", one, (count + one) / two, axis).Slice(last, -1, long.MinValue, -1);
        OnnxValue all = c.Concat(last, x, Conjugate(c, mirror));
        return Part(c, Normed(c, Fourier(c, all, last, inverse: true), count, inverse: true, c[3] as string), 0);
    }

    private static OnnxValue Shift(OperationCall c)
    {
        OnnxValue two = c.Graph.Constant([2]);
        return c.Axes(1).Aggregate(c.X, (x, axis) =>
        {
            OnnxValue length = c.Vector(OperationCall.Lengths(c.Input)[axis]), half = length / two;
            return ShapeOperators.Rolled(c, x, (int)axis, length, c.Name == "fft_fftshift" ? half : length - half);
        });
    }

    // Frames of the signal, each times the window, transformed.
    private static OnnxValue ShortTime(OperationCall c)
    {
        // stft(x, n_fft, hop, win_length, window, normalized, onesided, return_complex, align_to_window); another one has center and pad_mode before normalized.
        int flags = c[6] is string ? 7 : 5;
        if (flags == 7 && c.Flag(5)) throw c.Refuse("pads the signal (center: true): pad it before, and set center to false");
        if (c.Flag(flags + 3)) throw c.Refuse("aligns frames to the window (align_to_window)");
        if (c.Input.IsComplex) throw c.Refuse("takes a complex signal: real ones have a form");
        long size = c.Whole(1), hop = c[2] is null ? size / 4 : c.Whole(2), given = c[3] is null ? size : c.Whole(3);
        OnnxValue frames = ShapeOperators.Windows(c, c.Input.Rank - 1, size, hop);
        OnnxValue? window = c.OptionalTensor(4)?.X ?? (given == size ? null : c.Graph.Constant([.. Enumerable.Repeat(1f, (int)given)], [given]));
        if (window is not null && given < size) window = window.Node("Pad", c.Graph.Constant([(size - given) / 2, size - given - (size - given) / 2]));
        OnnxValue x = c.Unsqueeze(window is null ? frames : frames * window, -1);
        int rank = c.Input.Rank + 1;
        bool half = c[flags + 1] is null || c.Flag(flags + 1);
        OnnxValue y = Fourier(c, half ? x : x * c.Graph.Constant([1, 0], [2]), rank - 1, half: half);
        if (c.Flag(flags)) y /= Math.Sqrt(size);
        return y.Transpose([.. Enumerable.Range(0, rank - 2).Select(axis => (long)axis), rank - 1, rank - 2, rank]);
    }
}

namespace MLNetGen.Export.Converters;

/// <summary>Reshapes whose lengths are known only when the file runs.</summary>
internal static class Lengths
{
    /// <summary>The length of one axis of a call's first input, whatever it is when the file runs.</summary>
    public static long OfAxis(long axis) => -2 - axis;

    /// <summary>
    /// The call's first input in another shape: numbers, at most one -1 for what is left, and <see cref="OfAxis"/>.
    /// </summary>
    public static OnnxValue Reshape(OnnxCall call, OnnxValue x, params long[] lengths)
    {
        long[] shape = call.InputShape();
        long[] known = [.. lengths.Select((length, place) => length >= -1 ? length
            : !call.IsDynamic((int)(-2 - length)) ? shape[-2 - length]
            : -2 - length == place ? 0 : length)];
        // One unknown is what is left of the others.
        if (known.Count(length => length < 0) == 1) known = [.. known.Select(length => Math.Max(length, -1))];
        if (Array.TrueForAll(known, length => length >= -1)) return x.Reshape(known);

        OnnxValue all = x.Shape();
        OnnxValue target = call.Concat(0, [.. lengths.Select(length => length >= -1
            ? call.Constant([length])
            : call.IsDynamic((int)(-2 - length)) ? all.Slice(0, -2 - length, -1 - length) : call.Constant([shape[-2 - length]]))]);
        return x.Node("Reshape", target);
    }
}

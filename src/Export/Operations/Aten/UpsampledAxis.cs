namespace MLNetGen.Export;

/// <summary>One axis of a picture that is brought to another size.</summary>
/// <param name="axis">Which.</param>
/// <param name="factor">The factor it grows by; null where a size was given.</param>
/// <param name="length">Its length; null where it is known only when the file runs.</param>
/// <param name="output">Its length afterwards on the example.</param>
/// <param name="size">The size that was given, a number or a length; null where a factor was.</param>
internal sealed class UpsampledAxis(int axis, double? factor, long? length, long output, object? size)
{
    // How far a factor is tried where the length is not known.
    private const long Far = 8192;

    /// <summary>
    /// The factor as ONNX has it, in float32; null where a size was given. The output's length is the factor times the
    /// input's, rounded down, in float64 in PyTorch: where that makes a difference for a known length, the nearest number
    /// that gives PyTorch's. Where the length is not known, a factor that float32 lacks gives one more or less at few
    /// lengths (1.4 at 45, 85, 90).
    /// </summary>
    public float? Scale
    {
        get
        {
            if (factor is not { } exact) return null;
            float scale = (float)exact;
            while (length is { } known && (long)(scale * known) < output) scale = MathF.BitIncrement(scale);
            while (length is { } known && (long)(scale * known) > output) scale = MathF.BitDecrement(scale);
            return scale;
        }
    }

    /// <summary>
    /// Whether ONNX's Resize takes the same nearest neighbours as PyTorch. Both round position times ratio down, but one
    /// multiplies in float32 by what the other divides by, which differs where the product is a whole number or nearly so.
    /// </summary>
    public bool ResizesAlike
    {
        get
        {
            if ((length is null && factor is null) || size is TracedLength && factor is null) return false;
            float divisor = Scale ?? (float)output / length!.Value;
            for (long i = 0; i < (length is null ? Far : output); i++)
            {
                if (Source(i) != Math.Min((long)MathF.Floor(i / divisor), (length ?? long.MaxValue) - 1)) return false;
            }

            return true;
        }
    }

    /// <summary>The output's length, as a vector of one.</summary>
    public OnnxValue Size(OperationCall c) => size is TracedLength ? c.Vector(size)
        : length is null && factor is { } whole ? c.X.Shape().Slice(0, axis, axis + 1) * c.Graph.Constant([(long)whole])
        : c.Graph.Constant([output]);

    /// <summary>PyTorch's nearest neighbours, picked one by one.</summary>
    public OnnxValue Gather(OperationCall c, OnnxValue x)
    {
        if (length is not null && size is not TracedLength)
            return c.Node("Gather", [x, c.Graph.Constant([.. Enumerable.Range(0, (int)output).Select(i => Source(i))])], ("axis", axis));

        OnnxValue from = x.Shape().Slice(0, axis, axis + 1).Cast(OnnxElementType.Float);
        OnnxValue count = size is not null ? c.As(size, "Float") : c.Squeeze((from * factor!.Value).Node("Floor"), 0);
        OnnxValue positions = c.Node("Range", [c.As(0.0, "Float"), count, c.As(1.0, "Float")]);
        OnnxValue ratio = factor is { } given ? c.Graph.Constant((float)(1 / given)) : from / count;
        return c.Node("Gather", [x, (positions * ratio).Node("Floor").Node("Min", from - 1).Cast(OnnxElementType.Int64)], ("axis", axis));
    }

    private long Source(long i)
    {
        float ratio = factor is { } given ? (float)(1 / given) : (float)length!.Value / output;
        return Math.Min((long)MathF.Floor(i * ratio), (length ?? long.MaxValue) - 1);
    }
}

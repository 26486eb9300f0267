namespace MLNetGen.Export.Converters;

/// <summary>ONNX's spatial operators need a batch axis; TorchSharp's layers also take one sample without it.</summary>
internal static class BatchAxis
{
    /// <summary>Gives the value a batch axis of length 1 where it has none, and takes it away again afterwards.</summary>
    /// <param name="call">The call.</param>
    /// <param name="x">Its input.</param>
    /// <param name="spatial">How many axes follow the channels.</param>
    /// <param name="write">Writes nodes for a value with a batch axis.</param>
    /// <exception cref="NotSupportedException">The input has neither form.</exception>
    public static OnnxValue Ensure(OnnxCall call, OnnxValue x, int spatial, Func<OnnxValue, OnnxValue> write)
    {
        long[] shape = call.InputShape();
        if (shape.Length == spatial + 2) return write(x);
        if (shape.Length == spatial + 1)
            return write(x.Node("Unsqueeze", call.Constant([0L]))).Node("Squeeze", call.Constant([0L]));

        throw new NotSupportedException(
            $"'{call.Path}' was called on [{string.Join(", ", shape)}]; its ONNX form takes {spatial + 2} axes (batch, channels, {spatial} more), or {spatial + 1} without the batch.");
    }
}

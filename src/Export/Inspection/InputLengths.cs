using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>Lengths for axes that may vary; an axis of the same name has the same length everywhere.</summary>
internal sealed class InputLengths(OnnxSummaryOptions options)
{
    private const int PictureAxes = 4;
    private readonly Dictionary<string, long> named = [];

    /// <summary>Null for what is no tensor, or one whose number of axes is not said.</summary>
    public long[]? Choose(ValueInfoProto input)
    {
        if (input.Type?.TensorType?.Shape is not { } shape) return null;
        return [.. shape.Dim.Select((axis, i) => Choose(axis, i, shape.Dim.Count))];
    }

    /// <summary>Null where a length is not known from the inputs.</summary>
    public long[]? Resolve(ValueInfoProto value)
    {
        if (value.Type?.TensorType?.Shape is not { } shape) return null;
        var lengths = new long[shape.Dim.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            TensorShapeProto.Types.Dimension axis = shape.Dim[i];
            if (IsFixed(axis)) lengths[i] = axis.DimValue;
            else if (!named.TryGetValue(axis.DimParam, out lengths[i])) return null;
        }

        return lengths;
    }

    private long Choose(TensorShapeProto.Types.Dimension axis, int index, int axes)
    {
        if (IsFixed(axis)) return axis.DimValue;
        if (named.TryGetValue(axis.DimParam, out long known)) return known;
        bool batch = index == 0 || axis.DimParam.Contains("batch", StringComparison.OrdinalIgnoreCase);
        long length = batch ? 1 : options.Size ?? (axes >= PictureAxes ? OnnxSummaryOptions.DefaultSize : 1);
        if (axis.DimParam.Length > 0) named[axis.DimParam] = length;
        return length;
    }

    private static bool IsFixed(TensorShapeProto.Types.Dimension axis) =>
        axis.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue && axis.DimValue >= 0;
}

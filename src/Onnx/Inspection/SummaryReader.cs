using System.Globalization;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>From a file's bytes to its summary.</summary>
internal static class SummaryReader
{
    public static OnnxSummary Read(Stream stream, long? bytes, string source, int? size)
    {
        if (size is < 1)
            throw new ArgumentException($"size is {size}; it must be 1 or more.", nameof(size));

        ModelProto model = Protos.Parse(stream, source);
        long fileBytes = bytes ?? model.CalculateSize();
        var weights = new WeightTable(model);
        // From here on only names, types and lengths matter: a big file's bytes go before ONNX Runtime allocates.
        ShapeRun.DropWeights(model);
        var shapes = new ShapeTable(model, size);
        List<OnnxLayer> layers = new LayerReader(weights, shapes).Read(model.Graph);
        return new OnnxSummary
        {
            Name = model.Graph.Name,
            Producer = model.ProducerName,
            ProducerVersion = model.ProducerVersion,
            Opset = model.OpsetImport.FirstOrDefault(set => Protos.IsStandard(set.Domain))?.Version ?? 0,
            Opsets = Dictionary(model.OpsetImport, set => set.Domain is "" ? Protos.StandardDomain : set.Domain, set => set.Version),
            FileBytes = fileBytes,
            Inputs = [.. ShapeTable.InputsOf(model.Graph).Select(Describe)],
            Outputs = [.. model.Graph.Output.Select(Describe)],
            Layers = layers,
            Parameters = layers.Sum(layer => layer.Parameters - layer.SharedParameters),
            MultiplyAdds = layers.Aggregate((long?)0, (sum, layer) => sum + layer.MultiplyAdds),
            WeightBytes = weights.Bytes,
            Metadata = Dictionary(model.MetadataProps, pair => pair.Key, pair => pair.Value),
            CountedAt = shapes.Inputs,
            ShapesMissing = shapes.Missing,
        };
    }

    private static OnnxTensorInfo Describe(ValueInfoProto value)
    {
        if (value.Type?.TensorType is not { } type) return new(value.Name, "not a tensor", null);
        string[]? shape = type.Shape is null ? null : [.. type.Shape.Dim.Select(Describe)];
        return new(value.Name, TensorElements.NameOf(type.ElemType), shape);
    }

    private static string Describe(TensorShapeProto.Types.Dimension axis)
    {
        if (axis.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue)
            return axis.DimValue.ToString(CultureInfo.InvariantCulture);
        return axis.DimParam.Length > 0 ? axis.DimParam : "?";
    }

    // The last of several equal keys counts, as in protocol buffers themselves.
    private static Dictionary<string, TValue> Dictionary<T, TValue>(IEnumerable<T> items, Func<T, string> key, Func<T, TValue> value)
    {
        var result = new Dictionary<string, TValue>();
        foreach (T item in items) result[key(item)] = value(item);
        return result;
    }
}

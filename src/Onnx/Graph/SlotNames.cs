using System.Text;
using Google.Protobuf;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>Names of the places of outputs, where ML.NET's OnnxTransformer looks for them: in a node that no output needs.</summary>
internal static class SlotNames
{
    private const string Domain = "ai.onnx.ml", Unused = "unused";
    private const int DomainVersion = 2;

    public static void Add(ModelProto model, IReadOnlyDictionary<string, IReadOnlyList<string>> names)
    {
        if (names.Count == 0) return;
        foreach ((string output, IReadOnlyList<string> places) in names)
        {
            if (model.Graph.Output.All(o => o.Name != output))
                throw new ArgumentException($"SlotNames has '{output}', which is no output; they are {string.Join(", ", model.Graph.Output.Select(o => $"'{o.Name}'"))}.", nameof(names));
            if (places.Count == 0 || places.Distinct(StringComparer.Ordinal).Count() < places.Count)
                throw new ArgumentException($"SlotNames of '{output}' are {(places.Count == 0 ? "none" : "not distinct")}: give each place a name of its own.", nameof(names));
            TensorShapeProto.Types.Dimension last = model.Graph.Output.First(o => o.Name == output).Type.TensorType.Shape.Dim.LastOrDefault() ?? new();
            if (last.DimValue != places.Count)
                throw new ArgumentException($"SlotNames of '{output}' are {places.Count}, and its last axis has {(last.DimValue > 0 ? $"{last.DimValue} places" : "any length")}.", nameof(names));
            string prefix = $"mlnet.{output}.";
            var text = new TensorProto { Name = $"{prefix}{Unused}Input", DataType = (int)TensorProto.Types.DataType.String, Dims = { 1 }, StringData = { ByteString.CopyFrom(places[0], Encoding.UTF8) } };
            model.Graph.Initializer.Add(text);
            long[] numbers = [.. Enumerable.Range(0, places.Count).Select(i => (long)i)];
            NodeProto node = Protos.Node("LabelEncoder", $"{prefix}{nameof(SlotNames)}", [text.Name], [$"{prefix}{Unused}Output"], ("keys_strings", places.ToArray()), ("values_int64s", numbers));
            node.Domain = Domain;
            model.Graph.Node.Add(node);
        }
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = DomainVersion });
    }
}

internal static class ValueNames
{
    /// <summary>The chosen names, or the usual ones: <c>input</c>, or <c>input_0</c>, <c>input_1</c>, ...</summary>
    /// <exception cref="ArgumentException">There are not as many as values, or they are not all different.</exception>
    public static string[] Of(string kind, IReadOnlyList<string>? chosen, int count)
    {
        if (chosen is null)
            return count == 1 ? [kind] : [.. Enumerable.Range(0, count).Select(i => $"{kind}_{i}")];
        if (chosen.Count != count)
            throw new ArgumentException($"{chosen.Count} {kind} name(s) were given, but the module has {count} {kind}(s).");
        if (chosen.Any(string.IsNullOrEmpty) || chosen.Distinct().Count() != count)
            throw new ArgumentException($"The {kind} names ({string.Join(", ", chosen)}) must be different and not empty.");
        return [.. chosen];
    }
}

using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Export;

/// <summary>Makes a model of a graph whose nodes are written: names and shapes.</summary>
internal static class ModelWriter
{
    private static readonly string[] TopNames = ["top_values", "top_indices"];

    /// <summary>Names of a file's outputs, TopK's among them.</summary>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public static string[] OutputNames(string[] inputNames, string[]? keys, int count, OnnxExportOptions options)
    {
        string[] topNames = options.TopK is null ? [] : TopNames;
        string[] outputNames = [.. ValueNames.Of("output", options.OutputNames ?? keys, count - topNames.Length), .. topNames];
        if (topNames.Length > 0 && outputNames.Distinct().Count() < outputNames.Length)
            throw new ArgumentException($"{string.Join(" and ", topNames)} are the names of TopK's outputs; choose others in OutputNames.", nameof(options));
        if (inputNames.Intersect(outputNames).FirstOrDefault() is { } twice)
            throw new ArgumentException($"'{twice}' names both an input and an output; ONNX wants different names.", nameof(options));
        return outputNames;
    }

    /// <summary>A model with these inputs and outputs, in the order of their names, and the shapes of the values between.</summary>
    public static ModelProto Assemble(OnnxGraph graph, ModuleTree tree, InputAxes axes, string[] inputNames, TracedValue[] inputs, string[] outputNames, TracedValue[] outputs,
        IEnumerable<TracedValue> others, OnnxExportOptions options)
    {
        graph.Scope = "";
        var taken = new HashSet<OnnxValue>();
        for (int i = 0; i < outputNames.Length; i++)
        {
            OnnxValue value = outputs[i].X;
            // ONNX wants every output to be some node's result, under a name of its own.
            if (!graph.IsProduced(value) || !taken.Add(value)) value = value.Node("Identity");
            taken.Add(value);
            value.Name = outputNames[i];
        }

        var model = new ModelProto
        {
            IrVersion = IrVersion(options.Opset),
            ProducerName = Protos.Producer,
            Graph = graph.Build(
                string.IsNullOrEmpty(options.ModelName) ? tree.Root.GetType().Name : options.ModelName,
                inputNames.Select((name, i) => Describe(name, inputs[i], axes)),
                outputNames.Select((name, i) => Describe(name, outputs[i], axes)),
                // Two runs do not prove what a length is where sizes vary freely, and a wrong shape is worse than none.
                axes.AnyButBatch ? [] : others.Where(value => graph.IsProduced(value.X) && !outputNames.Contains(value.X.Name))
                    .DistinctBy(value => value.X).Select(value => Describe(value.X.Name, value, axes))),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = options.Opset });
        foreach ((string key, string value) in options.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    private static ValueInfoProto Describe(string name, TracedValue value, InputAxes axes)
    {
        var shape = new TensorShapeProto();
        for (int axis = 0; axis < value.Rank; axis++)
        {
            long length = value.Shape[axis];
            var dimension = new TensorShapeProto.Types.Dimension();
            if (!value.Varies[axis]) dimension.DimValue = length;
            else if (axes.NameOf(axis, length, value.Shapes.Select(other => other[axis]).First(other => other != length)) is { } symbol) dimension.DimParam = symbol;
            shape.Dim.Add(dimension);
        }

        return Protos.Value(name, value.Element, shape);
    }

    // The format's version at the release that introduced the operator set (onnx/docs/Versioning.md).
    private static long IrVersion(int opset) => opset switch
    {
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        _ => 10,
    };
}

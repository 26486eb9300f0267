using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>Turns a trace into an ONNX model: every call through its converter, then names and shapes.</summary>
internal static class ModelWriter
{
    public const string Producer = "MLNetGen";

    private static readonly string[] TopNames = ["top_values", "top_indices"];

    public static ModelProto Write(ModuleTrace trace, ModuleTree tree, InputAxes axes, string[] inputNames, string[]? outputKeys, OnnxExportOptions options)
    {
        string[] outputNames = OutputNames(inputNames, outputKeys, trace.Outputs.Count, options);
        var graph = new OnnxGraph(options.Opset, tree.Weights);
        var values = new Dictionary<TracedTensor, OnnxValue>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < inputNames.Length; i++) values[trace.Inputs[i]] = graph.Input(inputNames[i]);
        foreach (string name in outputNames) graph.Reserve(name);

        foreach (TracedCall call in trace.Calls) Convert(call, graph, values);

        return Assemble(graph, tree, axes, inputNames, trace.Inputs, outputNames, [.. trace.Outputs.Select(output => (ValueOf(output, graph, values), output))],
            values.Select(pair => (pair.Value, pair.Key)), options);
    }

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

    /// <summary>A model of a graph whose nodes are written.</summary>
    public static ModelProto Assemble(OnnxGraph graph, ModuleTree tree, InputAxes axes, string[] inputNames, IReadOnlyList<TracedTensor> inputs, string[] outputNames,
        IReadOnlyList<(OnnxValue Value, TracedTensor Tensor)> outputs, IEnumerable<(OnnxValue Value, TracedTensor Tensor)> others, OnnxExportOptions options)
    {
        graph.Scope = "";
        var taken = new HashSet<OnnxValue>();
        for (int i = 0; i < outputNames.Length; i++)
        {
            OnnxValue value = outputs[i].Value;
            // ONNX wants every output to be some node's result, under a name of its own.
            if (!graph.IsProduced(value) || !taken.Add(value)) value = value.Node("Identity");
            taken.Add(value);
            value.Name = outputNames[i];
        }

        var model = new ModelProto
        {
            IrVersion = IrVersion(options.Opset),
            ProducerName = Producer,
            Graph = graph.Build(
                string.IsNullOrEmpty(options.ModelName) ? tree.Root.GetType().Name : options.ModelName,
                inputNames.Select((name, i) => Describe(name, inputs[i], axes)),
                outputNames.Select((name, i) => Describe(name, outputs[i].Tensor, axes)),
                // Two runs do not prove what a length is where sizes vary freely, and a wrong shape is worse than none.
                axes.AnyButBatch ? [] : others.Where(pair => graph.IsProduced(pair.Value) && !outputNames.Contains(pair.Value.Name))
                    .DistinctBy(pair => pair.Value).Select(pair => Describe(pair.Value.Name, pair.Tensor, axes))),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = options.Opset });
        foreach ((string key, string value) in options.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    private static void Convert(TracedCall call, OnnxGraph graph, Dictionary<TracedTensor, OnnxValue> values)
    {
        graph.Scope = call.Path;
        OnnxValue?[] inputs = [.. call.Inputs.Select(input => input is null ? null : ValueOf(input, graph, values))];
        var onnx = new OnnxCall(graph, call, inputs);
        call.Converter(call.Module, onnx);
        for (int i = 0; i < call.Outputs.Length; i++) values.Add(call.Outputs[i], onnx.Output(i));
    }

    private static OnnxValue ValueOf(TracedTensor tensor, OnnxGraph graph, Dictionary<TracedTensor, OnnxValue> values) =>
        tensor.Weight is { } weight ? graph.Weight(weight) : values[tensor];

    private static ValueInfoProto Describe(string name, TracedTensor tensor, InputAxes axes)
    {
        var shape = new TensorShapeProto();
        for (int axis = 0; axis < tensor.Shape.Length; axis++)
        {
            string? symbol = tensor.Varies[axis] ? axes.NameOf(axis, tensor.Shape[axis], tensor.ProbeShape[axis]) ?? "" : null;
            shape.Dim.Add(symbol switch
            {
                null => new TensorShapeProto.Types.Dimension { DimValue = tensor.Shape[axis] },
                "" => new TensorShapeProto.Types.Dimension(),
                _ => new TensorShapeProto.Types.Dimension { DimParam = symbol },
            });
        }

        var type = new TypeProto.Types.Tensor { ElemType = (int)ElementTypes.Of(tensor.Type), Shape = shape };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
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

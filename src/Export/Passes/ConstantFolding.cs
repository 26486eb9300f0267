using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>Computes what depends on weights and constants alone, in ONNX Runtime, and stores the results as weights.</summary>
internal static class ConstantFolding
{
    public static void Apply(ModelProto model)
    {
        GraphProto graph = model.Graph;
        var constant = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var folded = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        foreach (NodeProto node in graph.Node)
        {
            if (node.Input.Count == 0 || !node.Input.All(name => name.Length == 0 || constant.Contains(name))) continue;
            folded.Add(node);
            constant.UnionWith(node.Output);
        }

        if (folded.Count == 0) return;
        var computed = folded.SelectMany(node => node.Output).ToHashSet();
        // An output of the graph stays some node's result.
        var results = graph.Node.Where(node => !folded.Contains(node)).SelectMany(node => node.Input)
            .Concat(graph.Output.Select(output => output.Name)).Where(computed.Contains).ToHashSet();
        var outputs = graph.Output.Select(output => output.Name).ToHashSet();
        NodeProto[] kept = [.. graph.Node.Where(node => !folded.Contains(node) || node.Output.Any(outputs.Contains))];
        results.UnionWith(kept.SelectMany(node => node.Input).Where(computed.Contains));
        results.ExceptWith(kept.SelectMany(node => node.Output));
        if (results.Count == 0) return;

        graph.Initializer.AddRange(Compute(model, folded, [.. results]));
        graph.Node.Clear();
        graph.Node.AddRange(kept);
    }

    private static List<TensorProto> Compute(ModelProto model, IReadOnlyCollection<NodeProto> nodes, string[] results)
    {
        var read = nodes.SelectMany(node => node.Input).ToHashSet();
        var part = new ModelProto { IrVersion = model.IrVersion, Graph = new GraphProto { Name = "constants" } };
        part.OpsetImport.AddRange(model.OpsetImport);
        part.Graph.Node.AddRange(nodes);
        part.Graph.Initializer.AddRange(model.Graph.Initializer.Where(tensor => read.Contains(tensor.Name)));
        // ONNX Runtime finds types and shapes itself.
        part.Graph.Output.AddRange(results.Select(name => new ValueInfoProto { Name = name }));

        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        using var session = new InferenceSession(part.ToByteArray(), options);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> values = session.Run(run, new Dictionary<string, OrtValue>(), results);
        return [.. values.Select((value, i) => Tensor(results[i], value))];
    }

    private static TensorProto Tensor(string name, OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        var tensor = new TensorProto
        {
            Name = name,
            // ONNX Runtime numbers element types as ONNX does.
            DataType = (int)info.ElementDataType,
            RawData = ByteString.CopyFrom(value.GetTensorMutableRawData()),
        };
        tensor.Dims.AddRange(info.Shape);
        return tensor;
    }
}

using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>
/// Computes what depends on weights and constants alone, in ONNX Runtime, and stores the results as weights; but not where the file would grow by it: a tied weight that
/// is read as it is and transposed is stored once.
/// </summary>
internal static class ConstantFolding
{
    // Below that, growth does not matter.
    private const long SmallBytes = 128;

    public static void Apply(ModelProto model)
    {
        GraphProto graph = model.Graph;
        Dictionary<string, long> stored = graph.Initializer.ToDictionary(tensor => tensor.Name, tensor => (long)tensor.RawData.Length);
        // By a value that is constant, the weights that it is computed from.
        var roots = stored.Keys.ToDictionary(name => name, name => (HashSet<string>)[name]);
        var folded = new Dictionary<string, NodeProto>();
        foreach (NodeProto node in WithoutTwins(graph, roots))
        {
            if (node.Input.Count == 0 || !node.Input.All(name => name.Length == 0 || roots.ContainsKey(name))) continue;
            HashSet<string> from = [.. node.Input.Where(name => name.Length > 0).SelectMany(name => roots[name])];
            foreach (string output in node.Output)
            {
                folded[output] = node;
                roots[output] = from;
            }
        }

        if (folded.Count == 0) return;
        // An output of the graph stays some node's result.
        var kept = graph.Node.Where(node => !folded.ContainsKey(node.Output[0])).ToHashSet();
        kept.UnionWith(graph.Output.Select(output => folded.GetValueOrDefault(output.Name)).OfType<NodeProto>());
        while (true)
        {
            var read = kept.SelectMany(node => node.Input).ToHashSet();
            string[] results = [.. read.Where(name => folded.TryGetValue(name, out NodeProto? node) && !kept.Contains(node))];
            if (results.Length == 0) break;
            List<TensorProto> computed = Compute(model, [.. folded.Values.Distinct()], results);
            NodeProto[] growing = [.. computed.Where(tensor => tensor.RawData.Length > SmallBytes + roots[tensor.Name].Where(root => !read.Contains(root)).Sum(root => stored[root]))
                .Select(tensor => folded[tensor.Name]).Distinct()];
            if (growing.Length == 0)
            {
                graph.Initializer.AddRange(computed);
                break;
            }

            kept.UnionWith(growing);
        }

        NodeProto[] nodes = [.. graph.Node.Where(kept.Contains)];
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }

    // A layer that is called twice transposes its weights twice.
    private static NodeProto[] WithoutTwins(GraphProto graph, Dictionary<string, HashSet<string>> weights)
    {
        var constant = weights.Keys.ToHashSet();
        var outputs = graph.Output.Select(output => output.Name).ToHashSet();
        var first = new Dictionary<string, NodeProto>();
        var renamed = new Dictionary<string, string>();
        List<NodeProto> kept = [];
        foreach (NodeProto node in graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++) node.Input[i] = renamed.GetValueOrDefault(node.Input[i], node.Input[i]);
            if (node.Input.Count > 0 && node.Input.All(name => name.Length == 0 || constant.Contains(name)) && !node.Output.Any(outputs.Contains))
            {
                constant.UnionWith(node.Output);
                string key = $"{node.OpType}({string.Join(',', node.Input)}){string.Join(',', node.Attribute)}:{node.Output.Count}";
                if (!first.TryAdd(key, node))
                {
                    for (int i = 0; i < node.Output.Count; i++) renamed[node.Output[i]] = first[key].Output[i];
                    continue;
                }
            }

            kept.Add(node);
        }

        graph.Node.Clear();
        graph.Node.AddRange(kept);
        return [.. kept];
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

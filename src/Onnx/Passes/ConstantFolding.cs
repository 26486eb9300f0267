using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

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
        foreach (NodeProto node in graph.Node)
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

        graph.Node.Become(graph.Node.Where(kept.Contains));
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
        // ONNX Runtime numbers element types as ONNX does.
        return [.. values.Select((value, i) => Protos.Tensor(results[i], (int)value.GetTensorTypeAndShape().ElementDataType, ByteString.CopyFrom(value.GetTensorMutableRawData()), value.GetTensorTypeAndShape().Shape))];
    }
}

using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>Leaves out nodes whose results nobody reads, weights that no node reads, and shapes of values that are no more.</summary>
internal static class UnusedParts
{
    public static void Remove(GraphProto graph)
    {
        var read = graph.Output.Select(output => output.Name).ToHashSet();
        var kept = new List<NodeProto>();
        // From the end: a node's readers come after it.
        foreach (NodeProto node in graph.Node.Reverse())
        {
            if (!node.Output.Any(read.Contains)) continue;
            kept.Add(node);
            read.UnionWith(node.Input);
        }

        kept.Reverse();
        graph.Node.Become(kept);
        graph.Initializer.Become(graph.Initializer.Where(tensor => read.Contains(tensor.Name)));
        var produced = kept.SelectMany(node => node.Output).ToHashSet();
        graph.ValueInfo.Become(graph.ValueInfo.Where(value => produced.Contains(value.Name)));
    }
}

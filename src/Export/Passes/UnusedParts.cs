using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

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
        Keep(graph.Node, kept);
        Keep(graph.Initializer, [.. graph.Initializer.Where(tensor => read.Contains(tensor.Name))]);
        var produced = kept.SelectMany(node => node.Output).ToHashSet();
        Keep(graph.ValueInfo, [.. graph.ValueInfo.Where(value => produced.Contains(value.Name))]);
    }

    private static void Keep<T>(Google.Protobuf.Collections.RepeatedField<T> list, List<T> kept)
    {
        if (kept.Count == list.Count) return;
        list.Clear();
        list.AddRange(kept);
    }
}

using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>What is done to a graph once it is written, in this order.</summary>
internal static class GraphPasses
{
    public static void Apply(ModelProto model, OnnxExportOptions options)
    {
        if (options.FoldBatchNorm) BatchNormFolding.Apply(model.Graph);
        if (options.FoldConstants) ConstantFolding.Apply(model);
        UnusedParts.Remove(model.Graph);
        if (options.WeightType == OnnxWeightType.Float16) HalfWeights.Apply(model.Graph);
        long bytes = model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);
        if (bytes > int.MaxValue - (16 << 20))
        {
            throw new NotSupportedException(
                $"The weights take {bytes / (1024.0 * 1024 * 1024):F1} GB; an ONNX file holds at most 2 GB: set WeightType to Float16, or export the network in parts.");
        }
    }
}

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

using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>Leaves out weights that no node reads, and shapes of values that are no more.</summary>
internal static class UnusedWeights
{
    public static void Remove(GraphProto graph)
    {
        var read = graph.Node.SelectMany(node => node.Input).Concat(graph.Output.Select(output => output.Name)).ToHashSet();
        Keep(graph.Initializer, tensor => read.Contains(tensor.Name));
        var produced = graph.Node.SelectMany(node => node.Output).ToHashSet();
        Keep(graph.ValueInfo, value => produced.Contains(value.Name));
    }

    private static void Keep<T>(Google.Protobuf.Collections.RepeatedField<T> list, Func<T, bool> wanted)
    {
        T[] kept = [.. list.Where(wanted)];
        if (kept.Length == list.Count) return;
        list.Clear();
        list.AddRange(kept);
    }
}

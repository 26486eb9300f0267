using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>
/// Makes a batch normalisation part of the convolution, transposed convolution or linear layer that it follows:
/// W' = W·γ/√(σ²+ε), b' = (b − μ)·γ/√(σ²+ε) + β, by output channel.
/// </summary>
internal static class BatchNormFolding
{
    public static void Apply(GraphProto graph)
    {
        var weights = graph.Initializer.ToDictionary(tensor => tensor.Name);
        var producers = graph.Node.SelectMany(node => node.Output.Select(name => (name, node))).ToDictionary(pair => pair.name, pair => pair.node);
        var reads = graph.Node.SelectMany(node => node.Input).Concat(graph.Output.Select(output => output.Name))
            .GroupBy(name => name).ToDictionary(group => group.Key, group => group.Count());
        foreach (NodeProto norm in graph.Node.Where(node => node.OpType == "BatchNormalization").ToArray())
        {
            if (!producers.TryGetValue(norm.Input[0], out NodeProto? layer) || reads[norm.Input[0]] != 1) continue;
            if (OutputChannels(layer) is not { } axis || !layer.Input.Skip(1).Concat(norm.Input.Skip(1)).All(weights.ContainsKey)) continue;
            Fold(graph, weights, layer, norm, axis);
            layer.Output[0] = norm.Output[0];
            producers[norm.Output[0]] = layer;
            graph.Node.Remove(norm);
        }
    }

    // The axis of the weight that counts output channels (within a group, where there are groups).
    private static int? OutputChannels(NodeProto layer) => layer.OpType switch
    {
        "Conv" => 0,
        "ConvTranspose" => 1,
        "Gemm" when Integer(layer, "transB") == 1 && layer.Attribute.All(attribute => attribute.Name is not ("alpha" or "beta")) => 0,
        _ => null,
    };

    private static void Fold(GraphProto graph, Dictionary<string, TensorProto> weights, NodeProto layer, NodeProto norm, int axis)
    {
        ReadOnlySpan<float> gamma = Floats(weights[norm.Input[1]]), beta = Floats(weights[norm.Input[2]]);
        ReadOnlySpan<float> mean = Floats(weights[norm.Input[3]]), variance = Floats(weights[norm.Input[4]]);
        ReadOnlySpan<float> bias = layer.Input.Count > 2 ? Floats(weights[layer.Input[2]]) : new float[gamma.Length];
        double epsilon = norm.Attribute.FirstOrDefault(attribute => attribute.Name == "epsilon")?.F ?? 1e-5f;

        TensorProto weight = weights[layer.Input[1]];
        float[] folded = Floats(weight).ToArray(), shift = new float[gamma.Length];
        var factors = new double[gamma.Length];
        for (int channel = 0; channel < factors.Length; channel++)
        {
            factors[channel] = gamma[channel] / Math.Sqrt(variance[channel] + epsilon);
            shift[channel] = (float)((bias[channel] - mean[channel]) * factors[channel] + beta[channel]);
        }

        int perChannel = (int)weight.Dims.Skip(axis + 1).Aggregate(1L, (a, b) => a * b), rows = (int)weight.Dims[axis];
        // A transposed convolution's weight is [in, out/groups, ...]: its first axis says which group.
        int inputsPerGroup = axis == 1 ? (int)(weight.Dims[0] / (Integer(layer, "group") ?? 1)) : int.MaxValue;
        for (int i = 0; i < folded.Length; i++)
        {
            int row = i / perChannel % rows, input = i / perChannel / rows;
            folded[i] = (float)(folded[i] * factors[axis == 1 ? input / inputsPerGroup * rows + row : row]);
        }

        string name = layer.Name[..Math.Max(0, layer.Name.LastIndexOf('/'))];
        layer.Input[1] = Add(graph, weights, $"{name}.folded_weight", folded, weight.Dims);
        string offset = Add(graph, weights, $"{name}.folded_bias", shift, [shift.Length]);
        if (layer.Input.Count > 2) layer.Input[2] = offset;
        else layer.Input.Add(offset);
    }

    private static string Add(GraphProto graph, Dictionary<string, TensorProto> weights, string wanted, float[] values, IEnumerable<long> shape)
    {
        string name = wanted;
        for (int i = 1; weights.ContainsKey(name); i++) name = $"{wanted}_{i}";
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)OnnxElementType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
        };
        tensor.Dims.AddRange(shape);
        graph.Initializer.Add(tensor);
        weights.Add(name, tensor);
        return name;
    }

    private static ReadOnlySpan<float> Floats(TensorProto tensor) => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);

    private static long? Integer(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I;
}

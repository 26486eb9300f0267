using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;

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
        "Gemm" when layer.Integer("transB", 0) == 1 && layer.Attribute.All(attribute => attribute.Name is not ("alpha" or "beta")) => 0,
        _ => null,
    };

    private static void Fold(GraphProto graph, Dictionary<string, TensorProto> weights, NodeProto layer, NodeProto norm, int axis)
    {
        using var scope = NewDisposeScope();
        Tensor gamma = Numbers(1), beta = Numbers(2), mean = Numbers(3), variance = Numbers(4), weight = Read(weights[layer.Input[1]]);
        Tensor factor = gamma / (variance + norm.Number("epsilon", 1e-5f)).sqrt();
        Tensor shift = ((layer.Input.Count > 2 ? Read(weights[layer.Input[2]]) : zeros_like(mean)) - mean) * factor + beta;
        // A transposed convolution's weight is [in, out/groups, ...]: its first axis says which group.
        long groups = axis == 1 ? layer.Integer("group", 1) : weight.shape[0];
        long[] shape = weight.shape, ones = [.. shape[2..].Select(_ => 1L)], factors = [groups, 1, axis == 1 ? shape[1] : 1, .. ones];
        Tensor folded = (weight.reshape([groups, -1, .. shape[1..]]) * factor.reshape(factors)).reshape(shape);

        string name = layer.Name[..Math.Max(0, layer.Name.LastIndexOf('/'))];
        layer.Input.Become([layer.Input[0], Add(graph, weights, $"{name}.folded_weight", folded), Add(graph, weights, $"{name}.folded_bias", shift)]);

        Tensor Numbers(int input) => Read(weights[norm.Input[input]]);
    }

    private static string Add(GraphProto graph, Dictionary<string, TensorProto> weights, string wanted, Tensor values)
    {
        string name = Protos.FreeName([.. weights.Keys], wanted);
        weights.Add(name, Protos.Tensor(name, (int)OnnxElementType.Float, ByteString.CopyFrom(TensorBytes.Of(values)), values.shape));
        graph.Initializer.Add(weights[name]);
        return name;
    }

    private static Tensor Read(TensorProto stored) => tensor(MemoryMarshal.Cast<byte, float>(stored.RawData.Span).ToArray(), [.. stored.Dims]).to_type(ScalarType.Float64);
}

using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>
/// Writes a network with QuantizeLinear and DequantizeLinear around its layers (ONNX Runtime, "Quantize ONNX models", tensor-oriented): every runtime computes the same with them, and those that have
/// layers of 8 bits put such in their place. Numbers between the layers are uint8 with a zero point, weights int8 by channel around 0, what is added int32.
/// </summary>
internal static class QuantizedGraph
{
    // What is added may have at most so many steps, so that the sum with all products stays within 32 bits.
    private const float LargestBias = 1 << 30;

    private const float SmallestScale = 1e-30f;

    public static ModelProto Of(ModelProto source, IReadOnlySet<string> layers, IReadOnlyDictionary<string, ActivationLevels> levels, bool reduceRange)
    {
        ModelProto model = source.Clone();
        GraphProto graph = model.Graph;
        WeightLayer[] quantized = [.. WeightLayer.Of(graph).Where(layer => layers.Contains(layer.Name))];
        QuantizationPlan plan = new(graph, quantized);
        Writer writer = new(graph);
        foreach (WeightLayer layer in quantized) writer.Weights(layer, levels[plan.LevelsOf(layer.Input)], reduceRange ? 63 : 127);
        writer.Values(plan, levels);
        UnusedWeights(graph);
        graph.ValueInfo.Clear();
        return model;
    }

    private static void UnusedWeights(GraphProto graph)
    {
        HashSet<string> read = [.. graph.Node.SelectMany(node => node.Input), .. graph.Output.Select(output => output.Name)];
        // A branch of an If may read them.
        if (!graph.Node.Any(node => Subgraphs.Of(node).Any()))
            graph.Initializer.Become(graph.Initializer.Where(tensor => read.Contains(tensor.Name)));
    }

    private sealed class Writer(GraphProto graph)
    {
        private readonly HashSet<string> names =
            [.. graph.Initializer.Select(tensor => tensor.Name), .. graph.Input.Select(input => input.Name), .. graph.Node.SelectMany(node => node.Output), .. graph.Node.Select(node => node.Name)];

        public void Weights(WeightLayer layer, ActivationLevels input, int limit)
        {
            float[] scales = [.. layer.Largest().Select((weight, channel) => Math.Max(
                Math.Max(weight / limit, SmallestScale), layer.Bias is { } added ? Math.Abs(added[channel]) / (input.Scale * LargestBias) : 0))];
            layer.Node.Input[1] = Stored(layer.Weight.Name, OnnxElementType.Int8, layer.Rounded(scales, limit), layer.Weight.Dims, scales, layer.Axis, layer.Node);
            if (layer.Bias is not { } bias)
                return;
            float[] steps = Array.ConvertAll(scales, scale => input.Scale * scale);
            int[] summands = [.. bias.Zip(steps, (value, step) => (int)Math.Round((double)value / step, MidpointRounding.ToEven))];
            layer.Node.Input[2] = Stored(layer.Node.Input[2], OnnxElementType.Int32, summands, [summands.Length], steps, 0, layer.Node);
        }

        /// <summary>Each value through 8 bits, for all that read it; an output of the network is such a value too where a convolution gives it.</summary>
        public void Values(QuantizationPlan plan, IReadOnlyDictionary<string, ActivationLevels> levels)
        {
            HashSet<string> inputs = [.. graph.Input.Select(input => input.Name)];
            List<NodeProto> nodes = [];
            foreach (string input in inputs.Where(plan.Values.Contains))
            {
                string read = Protos.FreeName(names, $"{input}/dequantized");
                foreach (NodeProto reader in graph.Node) reader.Input.Become(reader.Input.Select(name => name == input ? read : name));
                nodes.AddRange(Between(input, input, read, levels[plan.LevelsOf(input)]));
            }
            // What was computed gets another name, and its own is what is read back.
            foreach (NodeProto node in graph.Node)
            {
                nodes.Add(node);
                for (int i = 0; i < node.Output.Count; i++)
                {
                    string value = node.Output[i];
                    if (!plan.Values.Contains(value))
                        continue;
                    node.Output[i] = Protos.FreeName(names, $"{value}/float");
                    nodes.AddRange(Between(value, node.Output[i], value, levels[plan.LevelsOf(value)]));
                }
            }
            graph.Node.Become(nodes);
        }

        private NodeProto[] Between(string value, string from, string to, ActivationLevels levels)
        {
            string scale = Constant<float>($"{value}/scale", OnnxElementType.Float, [levels.Scale], []), zero = Constant<byte>($"{value}/zero_point", OnnxElementType.UInt8, [levels.ZeroPoint], []);
            string whole = Protos.FreeName(names, $"{value}/quantized");
            return [Node("QuantizeLinear", value, [from, scale, zero], whole), Node("DequantizeLinear", value, [whole, scale, zero], to)];
        }

        // Whole numbers by channel, and the node that reads them back.
        private string Stored<T>(string name, OnnxElementType type, T[] values, IEnumerable<long> shape, float[] scales, int axis, NodeProto before)
            where T : unmanaged
        {
            string whole = Constant(name + "/quantized", type, values, shape), scale = Constant(name + "/scale", OnnxElementType.Float, scales, [scales.Length]);
            string zero = Constant(name + "/zero_point", type, new T[scales.Length], [scales.Length]), read = Protos.FreeName(names, name + "/dequantized");
            NodeProto node = Node("DequantizeLinear", name, [whole, scale, zero], read, ("axis", (long)axis));
            graph.Node.Insert(graph.Node.IndexOf(before), node);
            return read;
        }

        private NodeProto Node(string operation, string name, IEnumerable<string> inputs, string output, params (string Name, OnnxAttributeValue Value)[] attributes) =>
            Protos.Node(operation, Protos.FreeName(names, $"{name}/{operation}"), inputs, [output], attributes);

        private string Constant<T>(string name, OnnxElementType type, T[] values, IEnumerable<long> shape)
            where T : unmanaged
        {
            string free = Protos.FreeName(names, name);
            graph.Initializer.Add(Protos.Tensor(free, (int)type, ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values)), shape));
            return free;
        }
    }
}

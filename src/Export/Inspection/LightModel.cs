using Google.Protobuf;
using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>
/// Models without their weights. Where a big weight was stored, a node makes zeros of its shape when the model runs and they
/// go when they were used: shapes do not depend on a weight's values, and a model needs no second copy in memory.
/// </summary>
internal static class LightModel
{
    private const int External = 1;
    // Small tensors may be sizes, limits and axes, which shapes do depend on.
    private const long Small = 256;
    private const int OldestWithConstantOfShape = 9;
    private const int NewestIrVersionWithoutInputsForWeights = 4;

    public static void DropWeights(ModelProto model)
    {
        if (!CanMakeZeros(model)) return;
        foreach (TensorProto tensor in model.Graph.Initializer.Where(IsWeight))
        {
            tensor.ClearRawData();
            tensor.FloatData.Clear();
            tensor.Int32Data.Clear();
            tensor.DoubleData.Clear();
        }
    }

    /// <summary>A copy in which every node's outputs are outputs of the model.</summary>
    public static ModelProto WithAllOutputs(ModelProto model)
    {
        ModelProto copy = model.Clone();
        GraphProto graph = copy.Graph;
        if (CanMakeZeros(model)) MakeZeros(copy);
        var outputs = graph.Output.Select(output => output.Name).ToHashSet();
        foreach (string name in model.Graph.Node.SelectMany(node => node.Output).Where(name => name.Length > 0 && outputs.Add(name)))
            graph.Output.Add(new ValueInfoProto { Name = name });
        return copy;
    }

    private static void MakeZeros(ModelProto model)
    {
        GraphProto graph = model.Graph;
        TensorProto[] weights = [.. graph.Initializer.Where(IsWeight)];
        if (weights.Length == 0) return;

        TensorProto[] kept = [.. graph.Initializer.Where(tensor => !IsWeight(tensor))];
        graph.Initializer.Clear();
        graph.Initializer.AddRange(kept);
        // Before version 4, stored tensors were inputs as well.
        model.IrVersion = Math.Max(model.IrVersion, NewestIrVersionWithoutInputsForWeights);
        var names = weights.Select(weight => weight.Name).ToHashSet();
        ValueInfoProto[] inputs = [.. graph.Input.Where(input => !names.Contains(input.Name))];
        graph.Input.Clear();
        graph.Input.AddRange(inputs);

        NodeProto[] nodes = [.. graph.Node];
        graph.Node.Clear();
        foreach (TensorProto weight in weights)
        {
            string shapeName = $"{weight.Name}/inspected_shape";
            var shape = new TensorProto { Name = shapeName, DataType = (int)OnnxElementType.Int64 };
            shape.Dims.Add(weight.Dims.Count);
            shape.RawData = ByteString.CopyFrom(weight.Dims.SelectMany(BitConverter.GetBytes).ToArray());
            graph.Initializer.Add(shape);

            var zero = new TensorProto { DataType = weight.DataType, RawData = ByteString.CopyFrom(new byte[TensorElements.BytesOf(new() { DataType = weight.DataType })]) };
            zero.Dims.Add(1);
            var node = new NodeProto { OpType = "ConstantOfShape", Name = shapeName };
            node.Input.Add(shapeName);
            node.Output.Add(weight.Name);
            node.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = zero });
            graph.Node.Add(node);
        }

        graph.Node.AddRange(nodes);
    }

    private static bool CanMakeZeros(ModelProto model) =>
        model.OpsetImport.Any(set => set.Domain is "" or "ai.onnx" && set.Version >= OldestWithConstantOfShape);

    // The types for which ConstantOfShape is there in every version of ONNX Runtime; quantised operators want stored weights.
    private static bool IsWeight(TensorProto tensor) =>
        TensorElements.NameOf(tensor.DataType) is "float32" or "float16" or "float64" && tensor.Dims.All(length => length > 0)
        && (tensor.DataLocation == External || TensorElements.CountOf(tensor) > Small);
}

using Google.Protobuf;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Tests;

/// <summary>An ONNX file of a few nodes, written by hand.</summary>
internal sealed class SmallModel : IDisposable
{
    private const string MachineLearning = "ai.onnx.ml";

    private readonly TemporaryFolder folder = new();
    private readonly ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "small" } };

    public SmallModel()
    {
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = MachineLearning, Version = 2 });
    }

    public string Path => folder.File("small.onnx");

    /// <summary>Features [N, 6] → Scores [N, 4], a layer with tanh, and Best [N], the place of the largest.</summary>
    public static SmallModel Layer(long? batch = null) => new SmallModel()
        .Input("Features", TensorProto.Types.DataType.Float, batch, 6)
        .Weights("weight", [.. Enumerable.Range(0, 24).Select(i => MathF.Sin(i))], 6, 4)
        .Node("MatMul", ["Features", "weight"], ["sums"])
        .Node("Tanh", ["sums"], ["Scores"])
        .Node("ArgMax", ["Scores"], ["Best"], ("axis", 1L), ("keepdims", 0L))
        .Output("Scores", TensorProto.Types.DataType.Float, batch, 4)
        .Output("Best", TensorProto.Types.DataType.Int64, batch)
        .Write();

    public SmallModel Input(string name, TensorProto.Types.DataType type, params long?[] shape)
    {
        model.Graph.Input.Add(Value(name, type, shape));
        return this;
    }

    public SmallModel Output(string name, TensorProto.Types.DataType type, params long?[] shape)
    {
        model.Graph.Output.Add(Value(name, type, shape));
        return this;
    }

    /// <summary>An output that is a sequence of maps from text to Single.</summary>
    public SmallModel MapOutput(string name)
    {
        // A sequence of maps from text (8) to tensors without axes of Single (1); onnx.proto here has no fields for them.
        byte[] type = [0x22, 14, 0x0A, 12, 0x2A, 10, 0x08, 8, 0x12, 6, 0x0A, 4, 0x08, 1, 0x12, 0];
        model.Graph.Output.Add(new ValueInfoProto { Name = name, Type = TypeProto.Parser.ParseFrom(type) });
        return this;
    }

    public SmallModel Weights(string name, float[] values, params long[] shape)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        tensor.FloatData.AddRange(values);
        tensor.Dims.AddRange(shape);
        model.Graph.Initializer.Add(tensor);
        return this;
    }

    public SmallModel Integers(string name, params long[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Int64, Dims = { values.Length } };
        tensor.Int64Data.AddRange(values);
        model.Graph.Initializer.Add(tensor);
        return this;
    }

    public SmallModel Node(string operation, string[] inputs, string[] outputs, params (string Name, OnnxAttributeValue Value)[] attributes)
    {
        NodeProto node = Protos.Node(operation, outputs[0], inputs, outputs, attributes);
        node.Domain = operation is "LabelEncoder" or "ZipMap" ? MachineLearning : "";
        model.Graph.Node.Add(node);
        return this;
    }

    /// <summary>Names of an output's places, as ML.NET's own converter writes them.</summary>
    public SmallModel Slots(string output, params string[] names)
    {
        TensorProto text = new() { Name = $"mlnet.{output}.unusedInput", DataType = (int)TensorProto.Types.DataType.String, Dims = { 1 } };
        text.StringData.Add(ByteString.CopyFromUtf8(names[0]));
        model.Graph.Initializer.Add(text);
        Node("LabelEncoder", [text.Name], [$"mlnet.{output}.unusedOutput"], ("keys_strings", names), ("values_int64s", Enumerable.Range(0, names.Length).Select(i => (long)i).ToArray()));
        model.Graph.Node[^1].Name = $"mlnet.{output}.SlotNames";
        return this;
    }

    public SmallModel Write()
    {
        File.WriteAllBytes(Path, model.ToByteArray());
        return this;
    }

    public void Dispose() => folder.Dispose();

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, long?[] shape)
    {
        TensorShapeProto lengths = new();
        foreach (long? length in shape) lengths.Dim.Add(length is { } known ? new TensorShapeProto.Types.Dimension { DimValue = known } : new TensorShapeProto.Types.Dimension { DimParam = "N" });
        return Protos.Value(name, (OnnxElementType)type, lengths);
    }
}

using Google.Protobuf;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests.Import;

/// <summary>An ONNX file built by hand; its outputs are the last node's.</summary>
internal sealed class SmallGraph(int opset = 17)
{
    private readonly GraphProto graph = new() { Name = "small" };
    private readonly List<(long[] Shape, ScalarType Type)> inputs = [];

    /// <summary>An input of a fixed shape.</summary>
    public SmallGraph Input(string name, long[] shape, ScalarType type = ScalarType.Float32)
    {
        inputs.Add((shape, type));
        graph.Input.Add(Value(name, type, shape));
        return this;
    }

    public SmallGraph Stored(string name, Tensor values)
    {
        graph.Initializer.Add(Protos.Tensor(name, (int)ElementTypes.Of(values.dtype), ByteString.CopyFrom(TensorBytes.Of(values)), values.shape));
        return this;
    }

    public SmallGraph Stored(string name, params long[] values) => Stored(name, tensor(values));

    /// <summary>Names are separated by blanks; <c>-</c> is an input that is not given.</summary>
    public SmallGraph Node(string operation, string from, string to, params (string, OnnxAttributeValue)[] attributes)
    {
        graph.Node.Add(Protos.Node(operation, $"the {operation}", from.Split(' ').Select(name => name == "-" ? "" : name), to.Split(' '), attributes));
        return this;
    }

    public ModelProto Build()
    {
        GraphProto whole = graph.Clone();
        // ONNX Runtime finds types and shapes itself.
        whole.Output.AddRange(graph.Node[^1].Output.Select(name => new ValueInfoProto { Name = name }));
        return new ModelProto { IrVersion = 8, Graph = whole, OpsetImport = { new OperatorSetIdProto { Version = opset } } };
    }

    public string Write(string path)
    {
        File.WriteAllBytes(path, Build().ToByteArray());
        return path;
    }

    /// <summary>Numbers on both sides of every kink, or small whole ones.</summary>
    public Tensor[] Draw() => [.. inputs.Select(input => input.Type switch
    {
        ScalarType.Bool => rand(input.Shape) > 0.5,
        ScalarType.Float32 => randn(input.Shape) * 2,
        _ => randint(0, 3, input.Shape, input.Type),
    })];

    private static ValueInfoProto Value(string name, ScalarType type, long[] shape) =>
        Protos.Value(name, ElementTypes.Of(type), new() { Dim = { shape.Select(length => new TensorShapeProto.Types.Dimension { DimValue = length }) } });
}

using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;

namespace MLNetGen;

/// <summary>An ONNX graph that is put together of nodes and of whole networks.</summary>
internal sealed class FusedGraph
{
    // ONNX Runtime's release notes: what 8-bit pictures, Range and Gather need has been there since.
    private const long LeastOpset = 13;

    private readonly ModelProto model = new() { ProducerName = Protos.Producer, Graph = new GraphProto { Name = "pipeline" } };
    private readonly HashSet<string> names = [];
    private int networks;

    public void Input(string name, OnnxElementType type, params long?[] shape)
    {
        names.Add(name);
        model.Graph.Input.Add(Described(name, type, shape));
    }

    /// <summary>Makes a value an output under a name of its own; ONNX Runtime finds its shape.</summary>
    public void Output(string value, string name, int type)
    {
        Node("Identity", [value], name);
        model.Graph.Output.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type } } });
    }

    /// <summary>A node with one result; gives its name.</summary>
    public string Node(string operation, string[] inputs, params (string Name, OnnxAttributeValue Value)[] attributes) =>
        Node(operation, inputs, Protos.FreeName(names, operation), attributes);

    public string Floats(params float[] values) => Constant(OnnxElementType.Float, MemoryMarshal.AsBytes<float>(values), [values.Length]);

    public string Float(float value) => Constant(OnnxElementType.Float, MemoryMarshal.AsBytes<float>([value]), []);

    public string Integers(params long[] values) => Constant(OnnxElementType.Int64, MemoryMarshal.AsBytes<long>(values), [values.Length]);

    public string Integer(long value) => Constant(OnnxElementType.Int64, MemoryMarshal.AsBytes<long>([value]), []);

    /// <summary>Numbers along one of four axes.</summary>
    public string Along(int axis, params float[] values)
    {
        long[] shape = [1, 1, 1, 1];
        shape[axis] = values.Length;
        return Constant(OnnxElementType.Float, MemoryMarshal.AsBytes<float>(values), shape);
    }

    public string Texts(IReadOnlyList<string> values)
    {
        string name = Protos.FreeName(names, Protos.ConstantName);
        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.String, Dims = { values.Count } };
        tensor.StringData.AddRange(values.Select(text => ByteString.CopyFrom(text, Encoding.UTF8)));
        model.Graph.Initializer.Add(tensor);
        return name;
    }

    public string Cast(string value, OnnxElementType type) => Node("Cast", [value], ("to", (long)type));

    /// <summary>Text that a reader of the file finds in it.</summary>
    public void Metadata(string key, string value) => model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });

    /// <summary>Puts a network in; gives its results, by output.</summary>
    /// <param name="file">The network.</param>
    /// <param name="inputs">What it reads, by input.</param>
    /// <exception cref="NotSupportedException">It cannot be a part of another file.</exception>
    public IReadOnlyDictionary<string, FusedNetworkOutput> Network(ModelProto file, IReadOnlyDictionary<string, string> inputs)
    {
        if (file.Graph.Initializer.Any(tensor => tensor.DataLocation == 1))
            throw new NotSupportedException("a network keeps its weights in files of their own: write it as one file.");
        if (file.Graph.Node.Any(node => node.Attribute.Any(attribute => attribute.G is not null || attribute.Graphs.Count > 0)))
            throw new NotSupportedException("a network has branches or loops (If, Loop, Scan), which are not put into one file with others.");
        foreach (OperatorSetIdProto set in file.OpsetImport)
        {
            if (Protos.IsStandard(set.Domain) && set.Version < LeastOpset)
                throw new NotSupportedException($"a network is of operator set {set.Version}: write it with {LeastOpset} or later.");
            OperatorSetIdProto? known = model.OpsetImport.FirstOrDefault(other => other.Domain == set.Domain
                || (Protos.IsStandard(other.Domain) && Protos.IsStandard(set.Domain)));
            if (known is null)
                model.OpsetImport.Add(set.Clone());
            else if (known.Version != set.Version)
                throw new NotSupportedException($"its networks are of operator sets {known.Version} and {set.Version}, which one file cannot hold: write them with the same.");
        }
        model.IrVersion = Math.Max(model.IrVersion, file.IrVersion);
        string prefix = $"network{networks++}/";
        foreach (TensorProto tensor in file.Graph.Initializer.Where(tensor => !inputs.ContainsKey(tensor.Name)))
        {
            TensorProto copy = tensor.Clone();
            copy.Name = Renamed(tensor.Name);
            model.Graph.Initializer.Add(copy);
        }
        foreach (NodeProto node in file.Graph.Node)
        {
            NodeProto copy = node.Clone();
            copy.Name = node.Name.Length == 0 ? "" : prefix + node.Name;
            copy.Input.Become(node.Input.Select(Renamed));
            copy.Output.Become(node.Output.Select(Renamed));
            model.Graph.Node.Add(copy);
        }
        return file.Graph.Output.ToDictionary(output => output.Name, output => new FusedNetworkOutput(
            Renamed(output.Name), output.Type?.TensorType?.ElemType ?? 0, [.. (output.Type?.TensorType?.Shape?.Dim ?? []).Select(length => length.DimValue)]));

        string Renamed(string name) => name.Length == 0 ? "" : inputs.GetValueOrDefault(name, prefix + name);
    }

    public byte[] ToBytes()
    {
        UnusedParts.Remove(model.Graph);
        if (model.OpsetImport.Count == 0)
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = LeastOpset });
        return model.ToByteArray();
    }

    private string Node(string operation, string[] inputs, string output, params (string Name, OnnxAttributeValue Value)[] attributes)
    {
        model.Graph.Node.Add(Protos.Node(operation, output, inputs, [output], attributes));
        return output;
    }

    private string Constant(OnnxElementType type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        string name = Protos.FreeName(names, Protos.ConstantName);
        model.Graph.Initializer.Add(Protos.Tensor(name, (int)type, ByteString.CopyFrom(bytes), shape));
        return name;
    }

    private static ValueInfoProto Described(string name, OnnxElementType type, long?[] shape)
    {
        TensorShapeProto lengths = new();
        string[] free = ["batch", "height", "width", "channels"];
        for (int axis = 0; axis < shape.Length; axis++)
            lengths.Dim.Add(shape[axis] is { } length ? new TensorShapeProto.Types.Dimension { DimValue = length }
                : new TensorShapeProto.Types.Dimension { DimParam = free[axis] });
        return Protos.Value(name, type, lengths);
    }
}

/// <summary>What a network gives.</summary>
/// <param name="Value">Its name in the graph.</param>
/// <param name="Type">ONNX's number of its elements' type.</param>
/// <param name="Shape">Its lengths; 0 where one is free.</param>
internal sealed record FusedNetworkOutput(string Value, int Type, long[] Shape);

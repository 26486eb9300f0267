using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>Parts of a file.</summary>
internal static class Protos
{
    /// <summary>The domain of ONNX's own operators, which may be left out.</summary>
    public const string StandardDomain = "ai.onnx";

    /// <summary>What our own files say of who wrote them.</summary>
    public const string Producer = "MLNetGen";

    /// <summary>What tensors are called that a converter stores, and no module holds; the next ones have a number.</summary>
    public const string ConstantName = "constant";

    /// <summary>Whether a stored tensor's name says that a converter wrote it, and no module holds it.</summary>
    public static bool IsConstantName(string name) =>
        name.StartsWith(ConstantName, StringComparison.Ordinal) && name.AsSpan(ConstantName.Length).TrimStart('_').IndexOfAnyExceptInRange('0', '9') < 0;

    public static TensorProto Tensor(string name, int type, ByteString bytes, IEnumerable<long> shape) => new() { Name = name, DataType = type, RawData = bytes, Dims = { shape } };

    public static NodeProto Node(string operation, string name, IEnumerable<string> inputs, IEnumerable<string> outputs, params (string Name, OnnxAttributeValue Value)[] attributes) => new()
    {
        OpType = operation,
        Name = name,
        Input = { inputs },
        Output = { outputs },
        Attribute = { attributes.Select(attribute => attribute.Value.Named(attribute.Name)) },
    };

    public static ValueInfoProto Value(string name, OnnxElementType type, TensorShapeProto shape) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
    };

    /// <summary>A file's model.</summary>
    /// <param name="stream">The file's bytes, to the end.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <exception cref="InvalidDataException">It is not an ONNX file, or is damaged.</exception>
    public static ModelProto Parse(Stream stream, string source)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(stream);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Damaged(source, e);
        }

        return model.Graph is null || model.Graph.Node.Count + model.Graph.Output.Count == 0 ? throw WithoutGraph(source) : model;
    }

    /// <summary>What is said of bytes that are no model's.</summary>
    public static InvalidDataException Damaged(string source, Exception e) =>
        new($"{source} is not an ONNX file, or a damaged one: its bytes are not a model's, or end early. Give a file that an ONNX exporter wrote, whole.", e);

    /// <summary>What is said of a model without a graph.</summary>
    public static InvalidDataException WithoutGraph(string source) => new($"{source} is not an ONNX file: there is no graph in it. Give a file that an ONNX exporter wrote, whole.");

    /// <summary>Whether operators of a domain are ONNX's own.</summary>
    public static bool IsStandard(string domain) => domain is "" or StandardDomain;

    /// <summary>A node's operator, with its domain where it is not ONNX's own.</summary>
    public static string FullOperator(this NodeProto node) => IsStandard(node.Domain) ? node.OpType : $"{node.Domain}.{node.OpType}";

    /// <summary>What a node is called: its name, or of one without its first result.</summary>
    public static string Label(this NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(name => name.Length > 0) ?? "";

    /// <summary>A name that nothing has, and takes it: the one that is wanted, or one with a number.</summary>
    public static string FreeName(HashSet<string> taken, string wanted)
    {
        string name = wanted;
        for (int i = 1; !taken.Add(name); i++) name = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{i}");
        return name;
    }

    /// <summary>Puts other items in the place of all.</summary>
    public static void Become<T>(this RepeatedField<T> list, IEnumerable<T> items)
    {
        T[] others = [.. items];
        list.Clear();
        list.AddRange(others);
    }

    public static long Integer(this NodeProto node, string name, long otherwise) => Find(node, name)?.I ?? otherwise;

    public static float Number(this NodeProto node, string name, float otherwise) => Find(node, name)?.F ?? otherwise;

    public static string Text(this NodeProto node, string name, string otherwise) => Find(node, name)?.S.ToStringUtf8() ?? otherwise;

    public static long[]? Integers(this NodeProto node, string name) => Find(node, name) is { } attribute ? [.. attribute.Ints] : null;

    private static AttributeProto? Find(NodeProto node, string name) => node.Attribute.LastOrDefault(attribute => attribute.Name == name);
}

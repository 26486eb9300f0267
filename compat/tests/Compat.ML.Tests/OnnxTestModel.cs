using System.Text;

namespace Compat.ML.Tests;

/// <summary>Writes small ONNX files by hand: field numbers are those of onnx.proto.</summary>
internal sealed class OnnxTestModel
{
    public const int Float = 1;
    public const int Int64 = 7;
    public const int Text = 8;
    public const int Double = 11;

    private readonly List<byte> graph = [.. Field(2, "test"u8)];

    /// <summary>y = x + x, elementwise.</summary>
    public static OnnxTestModel Twice(int type, params object[] shape) =>
        new OnnxTestModel().Node("Add", ["x", "x"], ["y"]).Input("x", type, shape).Output("y", type, shape);

    public OnnxTestModel Node(string operation, string[] inputs, string[] outputs, string name = "", string domain = "", params byte[][] attributes)
    {
        List<byte> node = [];
        foreach (string input in inputs)
            node.AddRange(Field(1, input));
        foreach (string output in outputs)
            node.AddRange(Field(2, output));
        node.AddRange(Field(3, name));
        node.AddRange(Field(4, operation));
        foreach (byte[] attribute in attributes)
            node.AddRange(Field(5, attribute));
        if (domain.Length > 0)
            node.AddRange(Field(7, domain));
        graph.AddRange(Field(1, node.ToArray()));
        return this;
    }

    /// <summary>Dimensions are numbers, or names where they are open.</summary>
    public OnnxTestModel Input(string name, int type, params object[] shape) => Value(11, name, type, shape);

    public OnnxTestModel Output(string name, int type, params object[] shape) => Value(12, name, type, shape);

    public OnnxTestModel Texts(string name, params string[] values)
    {
        graph.AddRange(Field(5, [.. Number(1, values.Length), .. Number(2, Text), .. values.SelectMany(value => Field(6, value)), .. Field(8, name)]));
        return this;
    }

    public static byte[] Integers(string name, params long[] values) =>
        [.. Field(1, name), .. values.SelectMany(value => Number(8, value)), .. Number(20, 7)];

    public static byte[] Strings(string name, params string[] values) =>
        [.. Field(1, name), .. values.SelectMany(value => Field(9, value)), .. Number(20, 8)];

    public byte[] ToBytes() =>
    [
        .. Number(1, 8), .. Field(7, graph.ToArray()),
        .. Field(8, Number(2, 17)), .. Field(8, [.. Field(1, "ai.onnx.ml"), .. Number(2, 3)]),
    ];

    public string Save()
    {
        string path = ImageTestData.TemporaryFile(".onnx");
        File.WriteAllBytes(path, ToBytes());
        return path;
    }

    private OnnxTestModel Value(int field, string name, int type, object[] shape)
    {
        IEnumerable<byte> dimensions = shape.SelectMany(dimension =>
            Field(1, dimension is int number ? Number(1, number) : Field(2, (string)dimension)));
        byte[] tensor = [.. Number(1, type), .. Field(2, dimensions.ToArray())];
        graph.AddRange(Field(field, [.. Field(1, name), .. Field(2, Field(1, tensor))]));
        return this;
    }

    private static byte[] Field(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, ReadOnlySpan<byte> bytes) => [.. Varint(((long)field << 3) | 2), .. Varint(bytes.Length), .. bytes];

    private static byte[] Number(int field, long value) => [.. Varint((long)field << 3), .. Varint(value)];

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        ulong rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
            bytes.Add((byte)(rest | 0x80));
        bytes.Add((byte)rest);
        return bytes.ToArray();
    }
}

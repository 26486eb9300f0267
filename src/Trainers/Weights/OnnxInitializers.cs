using System.Text;
using Microsoft.Win32.SafeHandles;
using MLNetGen.Export.Import;

namespace MLNetGen.Weights;

/// <summary>
/// The stored tensors of an ONNX model (onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto), found without reading
/// them. Whole numbers that are not stored as plain bytes are left out: they are shapes and axes, no weights.
/// </summary>
internal static class OnnxInitializers
{
    private const int Graph = 7, Initializer = 5;
    private const int Dims = 1, DataType = 2, FloatData = 4, Int32Data = 5, Name = 8, RawData = 9, DoubleData = 10, DataLocation = 14;
    private const int MaxNameLength = 1 << 16;

    public static WeightsFile Open(SafeFileHandle file)
    {
        WindowedBytes bytes = new(new FileBytes(file, 0, RandomAccess.GetLength(file)));
        try
        {
            ProtobufField[] graphs = [.. ProtobufField.All(bytes, 0, bytes.Length).Where(field => field.IsBytes(Graph))];
            if (graphs.Length == 0) throw Damage.NotWeights("it begins like an ONNX model, and holds no graph", "Export the model again.");
            StoredTensor[] tensors = [.. graphs
                .SelectMany(graph => ProtobufField.All(bytes, graph.Start, graph.End))
                .Where(field => field.IsBytes(Initializer))
                .Select(field => Read(file, bytes, field))
                .OfType<StoredTensor>()];
            return tensors.Length > 0 ? new("ONNX", tensors, file) : throw Damage.NotWeights("it is an ONNX model without stored tensors", "Give one that has its weights inside.");
        }
        catch (OverflowException e)
        {
            throw Damage.Truncated("a number in it is too large", e);
        }
    }

    private static StoredTensor? Read(SafeFileHandle file, WindowedBytes bytes, ProtobufField tensor)
    {
        List<long> shape = [];
        string name = "";
        ulong type = 0;
        ProtobufField? data = null;
        bool inNumbers = false;
        foreach (ProtobufField field in ProtobufField.All(bytes, tensor.Start, tensor.End))
        {
            switch (field.Number)
            {
                case Dims when field.IsNumber: shape.Add(checked((long)field.Value)); break;
                case Dims when field.IsBytes(Dims): shape.AddRange(ProtobufField.Numbers(bytes, field).Select(length => checked((long)length))); break;
                case DataType: type = field.Value; break;
                case Name: name = Text(bytes, field); break;
                case RawData or FloatData or DoubleData when field.IsBytes(field.Number): data = field; break;
                case FloatData or DoubleData or Int32Data: inNumbers = true; break;
                case DataLocation when field.Value != 0:
                    throw new BadWeightsException($"keeps '{name}' in another file. Save the model as one file: onnx.save(onnx.load(path), path).");
            }
        }

        if (type > int.MaxValue || StoredValues.TypeOf((int)type) is not { } elements || (data is null && !ElementType.IsFloating(elements) && !shape.Contains(0))) return null;
        if (inNumbers && data is null)
            throw new BadWeightsException($"stores '{name}' as separate numbers, which is not read here. Save the model again with a newer onnx.");
        long start = data?.Start ?? 0, length = data is { } place ? place.End - place.Start : 0;
        StoredTensor stored = new(name, [.. shape], elements, new FileBytes(file, start, length), 0);
        return stored.ByteCount == length ? stored : throw Damage.Truncated($"'{name}' {StoredTensor.Text(shape)} has {length:N0} bytes, not {stored.ByteCount:N0}");
    }

    private static string Text(WindowedBytes bytes, ProtobufField field)
    {
        if (field.End - field.Start > MaxNameLength) throw Damage.Truncated($"a name of {field.End - field.Start:N0} bytes");
        byte[] text = new byte[field.End - field.Start];
        bytes.Read(field.Start, text);
        return Encoding.UTF8.GetString(text);
    }
}

/// <summary>A field of a protobuf message where it lies (protobuf.dev, "Encoding").</summary>
/// <param name="Number">Its number in the .proto.</param>
/// <param name="Value">Of a varint; 0 otherwise.</param>
/// <param name="Start">Where its content begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Wire">Its wire type.</param>
internal readonly record struct ProtobufField(int Number, ulong Value, long Start, long End, int Wire)
{
    private const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;
    private const int MaxVarintLength = 10;

    public bool IsNumber => Wire == Varint;

    /// <summary>Whether it is this field and holds a message, text or bytes.</summary>
    public bool IsBytes(int number) => Number == number && Wire == LengthDelimited;

    /// <summary>The fields between two places, which must be whole.</summary>
    public static IEnumerable<ProtobufField> All(ByteSource bytes, long start, long end)
    {
        while (start < end)
        {
            ulong key = Number64(bytes, ref start, end);
            int wire = (int)(key & 7);
            long begin = start;
            ulong value = wire is Varint or LengthDelimited ? Number64(bytes, ref start, end) : 0;
            ulong length = wire switch
            {
                Varint => 0,
                Fixed64 => sizeof(ulong),
                LengthDelimited => value,
                Fixed32 => sizeof(uint),
                _ => throw Damage.Truncated($"a field of wire type {wire} at byte {begin:N0}"),
            };
            if (length > (ulong)(end - start)) throw Damage.Truncated($"a field of {length:N0} bytes at byte {start:N0}, where {end - start:N0} are left");
            if (wire != Varint) begin = start;
            start += (long)length;
            yield return new((int)Math.Min(key >> 3, int.MaxValue), wire == Varint ? value : 0, begin, start, wire);
        }
    }

    /// <summary>The varints that a packed field holds.</summary>
    public static IEnumerable<ulong> Numbers(ByteSource bytes, ProtobufField field)
    {
        for (long start = field.Start; start < field.End;) yield return Number64(bytes, ref start, field.End);
    }

    private static ulong Number64(ByteSource bytes, ref long start, long end)
    {
        ulong value = 0;
        Span<byte> next = stackalloc byte[1];
        for (int i = 0; i < MaxVarintLength && start < end; i++)
        {
            bytes.Read(start++, next);
            value |= (ulong)(next[0] & 0x7F) << (7 * i);
            if (next[0] < 0x80) return value;
        }

        throw Damage.Truncated($"a number that does not end at byte {start:N0}");
    }
}

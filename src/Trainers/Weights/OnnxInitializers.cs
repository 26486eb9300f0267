using System.Text;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace MLNetGen.Weights;

/// <summary>
/// The stored tensors of an ONNX model (onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto), found without reading
/// them. Whole numbers that are not stored as plain bytes are left out: they are shapes and axes, no weights.
/// </summary>
internal static class OnnxInitializers
{
    private const int Graph = 7, Initializer = 5;
    private const int Dims = 1, DataType = 2, FloatData = 4, Int32Data = 5, Name = 8, RawData = 9, DoubleData = 10, DataLocation = 14;
    private const int LongestName = 1 << 16;

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
            throw Damage.CutOff("a number in it is too large", e);
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

        if (Type(type) is not { } elements || (data is null && !ElementType.IsFloating(elements) && !shape.Contains(0))) return null;
        if (inNumbers && data is null)
            throw new BadWeightsException($"stores '{name}' as separate numbers, which is not read here. Save the model again with a newer onnx.");
        long start = data?.Start ?? 0, length = data is { } place ? place.End - place.Start : 0;
        StoredTensor stored = new(name, [.. shape], elements, new FileBytes(file, start, length), 0);
        return stored.ByteCount == length ? stored : throw Damage.CutOff($"'{name}' {StoredTensor.Text(shape)} has {length:N0} bytes, not {stored.ByteCount:N0}");
    }

    private static string Text(WindowedBytes bytes, ProtobufField field)
    {
        if (field.End - field.Start > LongestName) throw Damage.CutOff($"a name of {field.End - field.Start:N0} bytes");
        byte[] text = new byte[field.End - field.Start];
        bytes.Read(field.Start, text);
        return Encoding.UTF8.GetString(text);
    }

    // TensorProto.DataType.
    private static ScalarType? Type(ulong type) => type switch
    {
        1 => ScalarType.Float32,
        2 => ScalarType.Byte,
        3 => ScalarType.Int8,
        5 => ScalarType.Int16,
        6 => ScalarType.Int32,
        7 => ScalarType.Int64,
        9 => ScalarType.Bool,
        10 => ScalarType.Float16,
        11 => ScalarType.Float64,
        16 => ScalarType.BFloat16,
        _ => null,
    };
}

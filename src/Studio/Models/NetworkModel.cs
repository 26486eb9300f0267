using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLNetGen.Studio.Models;

/// <summary>A tensor as it goes over the wire.</summary>
/// <param name="Name">The network's input or output.</param>
/// <param name="Type">float32, float64, uint8, int32 or int64.</param>
/// <param name="Shape">Lengths of the axes.</param>
/// <param name="Data">The numbers' bytes, the last axis first, little-endian.</param>
internal sealed record WireTensor(string Name, string Type, long[] Shape, byte[] Data);

/// <summary>An ONNX network as it is, for tensors of a caller's.</summary>
internal sealed class NetworkModel : IDisposable
{
    // Of all inputs together, and of all outputs: a painting of 1,000 × 1,000 in three colours.
    private const long MostNumbers = 3_000_000, MostResults = 16_000_000;
    private const int MostAxes = 8;

    private static readonly Dictionary<string, (TensorElementType Type, int Bytes)> Types = new()
    {
        ["float32"] = (TensorElementType.Float, 4),
        ["float64"] = (TensorElementType.Double, 8),
        ["uint8"] = (TensorElementType.UInt8, 1),
        ["int32"] = (TensorElementType.Int32, 4),
        ["int64"] = (TensorElementType.Int64, 8),
    };

    private readonly InferenceSession session;

    public NetworkModel(byte[] onnx, int threads)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        session = new(onnx, options);
    }

    /// <exception cref="ArgumentException">The tensors are not what the network takes.</exception>
    public IReadOnlyList<WireTensor> Run(IReadOnlyList<WireTensor> inputs, CancellationToken cancel)
    {
        Check(inputs);
        List<OrtValue> values = [];
        using RunOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using CancellationTokenRegistration gone = cancel.Register(() => options.Terminate = true);
        try
        {
            foreach (WireTensor input in inputs)
            {
                OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, Types[input.Type].Type, input.Shape);
                values.Add(value);
                input.Data.CopyTo(value.GetTensorMutableRawData());
            }
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, [.. inputs.Select(input => input.Name)], values, session.OutputNames);
            long numbers = results.Where(result => result.IsTensor).Sum(result => result.GetTensorTypeAndShape().ElementCount);
            return numbers <= MostResults ? [.. session.OutputNames.Zip(results).Where(pair => pair.Second.IsTensor).Select(pair => Wire(pair.First, pair.Second)).OfType<WireTensor>()]
                : throw new ArgumentException($"the outputs have {numbers:N0} numbers, more than {MostResults:N0}: give smaller inputs.");
        }
        catch (OnnxRuntimeException e)
        {
            cancel.ThrowIfCancellationRequested();
            throw new ArgumentException($"the network does not run on that: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        finally
        {
            foreach (OrtValue value in values) value.Dispose();
        }
    }

    public void Dispose() => session.Dispose();

    private void Check(IReadOnlyList<WireTensor> inputs)
    {
        if (inputs.Count != session.InputNames.Count || inputs.Any(input => input?.Name is null || input.Shape is null || input.Data is null) || !inputs.Select(input => input.Name).Order().SequenceEqual(session.InputNames.Order()))
            throw new ArgumentException($"the network's inputs are {string.Join(", ", session.InputNames)}: give each once, with its name, type, shape and data.");
        long all = 0;
        foreach (WireTensor input in inputs)
        {
            NodeMetadata wanted = session.InputMetadata[input.Name];
            if (!Types.TryGetValue(input.Type ?? "", out (TensorElementType Type, int Bytes) type))
                throw new ArgumentException($"{input.Name} is of type '{input.Type}'; it must be {string.Join(", ", Types.Keys)}.");
            if (!wanted.IsTensor || wanted.ElementDataType != type.Type)
                throw new ArgumentException($"{input.Name} is of type '{input.Type}', and the network takes {(wanted.IsTensor ? wanted.ElementDataType : "what is no tensor")}.");
            if (input.Shape.Length > MostAxes || input.Shape.Any(length => length is < 1 or > MostNumbers))
                throw new ArgumentException($"{input.Name} is of shape {string.Join('×', input.Shape)}; it must have at most {MostAxes} axes, each of at least 1.");
            long count = 1;
            foreach (long length in input.Shape) count = Math.Min(MostNumbers + 1, count * length);
            all += count;
            if (all > MostNumbers)
                throw new ArgumentException($"the inputs have more than {MostNumbers:N0} numbers: give smaller ones.");
            if (input.Data.Length != count * type.Bytes)
                throw new ArgumentException($"{input.Name} has {input.Data.Length} bytes; its shape and type make {count * type.Bytes}.");
        }
    }

    // Null for types that a browser has no numbers for.
    private static WireTensor? Wire(string name, OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        return Types.FirstOrDefault(pair => pair.Value.Type == info.ElementDataType) is { Key: { } type } ? new(name, type, info.Shape, value.GetTensorMutableRawData().ToArray()) : null;
    }
}

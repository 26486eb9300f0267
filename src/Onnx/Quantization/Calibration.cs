using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>The levels of the values of a network, as rows of the user's show them.</summary>
internal static class Calibration
{
    /// <param name="model">The network.</param>
    /// <param name="values">Whose levels are wanted.</param>
    /// <param name="rows">Inputs of runs.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public static IReadOnlyDictionary<string, ActivationLevels> Levels(
        ModelProto model, IReadOnlyCollection<string> values, IEnumerable<IReadOnlyCollection<NamedOnnxValue>> rows)
    {
        ModelProto watched = model.Clone();
        HashSet<string> inputs = [.. model.Graph.Input.Select(input => input.Name)], outputs = [.. model.Graph.Output.Select(output => output.Name)];
        string[] results = [.. values.Where(name => !inputs.Contains(name))];
        // ONNX Runtime finds types and shapes itself.
        watched.Graph.Output.AddRange(results.Where(name => !outputs.Contains(name)).Select(name => new ValueInfoProto { Name = name }));
        Dictionary<string, ActivationRange> ranges = values.ToDictionary(name => name, _ => new ActivationRange());
        using InferenceSession session = Sessions.Open(watched.ToByteArray());
        bool any = false;
        foreach (IReadOnlyCollection<NamedOnnxValue> row in rows)
        {
            any = true;
            foreach (NamedOnnxValue input in row.Where(input => ranges.ContainsKey(input.Name))) ranges[input.Name].Widen(Sessions.Floats(input), input.Name);
            if (results.Length == 0)
                continue;
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> found = session.Run(row, results);
            foreach (DisposableNamedOnnxValue value in found) ranges[value.Name].Widen(Sessions.Floats(value), value.Name);
        }
        return any ? ranges.ToDictionary(pair => pair.Key, pair => pair.Value.Levels)
            : throw new ArgumentException("there are no calibration rows: give some that are like those that the network will see, a hundred or more.", nameof(rows));
    }
}

/// <summary>Runs of files in memory.</summary>
internal static class Sessions
{
    public static InferenceSession Open(byte[] file)
    {
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.LetThreadsSleep();
        return new InferenceSession(file, options);
    }

    public static ReadOnlySpan<float> Floats(NamedOnnxValue value) =>
        value.Value is Tensor<float> tensor ? (tensor as DenseTensor<float> ?? tensor.ToDenseTensor()).Buffer.Span
            : throw new InvalidDataException($"'{value.Name}' is not float32");
}

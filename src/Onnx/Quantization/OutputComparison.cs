using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLNetGen.Onnx;

/// <summary>The float32 outputs of a file over some rows, and how far another file's are from them.</summary>
internal sealed class OutputComparison
{
    private readonly IEnumerable<IReadOnlyCollection<NamedOnnxValue>> rows;
    private readonly string[] names;
    private readonly List<float[]>[] expected;

    /// <param name="file">The file.</param>
    /// <param name="rows">Walked through now, and with every comparison.</param>
    public OutputComparison(byte[] file, IEnumerable<IReadOnlyCollection<NamedOnnxValue>> rows)
    {
        this.rows = rows;
        using InferenceSession session = Sessions.Open(file);
        names = [.. session.OutputNames.Where(name => session.OutputMetadata[name] is { IsTensor: true } output && output.ElementType == typeof(float))];
        expected = [.. names.Select(_ => new List<float[]>())];
        Run(session, (output, _, numbers) => expected[output].Add(numbers.ToArray()));
    }

    public IReadOnlyList<OnnxOutputDifference> With(byte[] file)
    {
        double[] sums = new double[names.Length], largest = new double[names.Length];
        using InferenceSession session = Sessions.Open(file);
        Run(session, (output, row, numbers) =>
        {
            float[] before = expected[output][row];
            for (int i = 0; i < numbers.Length; i++)
            {
                double difference = Math.Abs((double)before[i] - numbers[i]);
                sums[output] += difference;
                largest[output] = Math.Max(largest[output], difference);
            }
        });
        return [.. names.Select((name, i) => new OnnxOutputDifference(
            name, sums[i] / Math.Max(1, expected[i].Sum(row => row.Length)), largest[i], expected[i].Select(row => row.Max()).Max() - expected[i].Select(row => row.Min()).Min()))];
    }

    private void Run(InferenceSession session, Seen seen)
    {
        if (names.Length == 0)
            return;
        int row = 0;
        foreach (IReadOnlyCollection<NamedOnnxValue> inputs in rows)
        {
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs, names);
            for (int output = 0; output < names.Length; output++) seen(output, row, ((DenseTensor<float>)results[output].AsTensor<float>()).Buffer.Span);
            row++;
        }
    }

    private delegate void Seen(int output, int row, ReadOnlySpan<float> numbers);
}

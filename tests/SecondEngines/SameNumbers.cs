using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Tests;

/// <summary>Holds what another engine computes from a file against what ONNX Runtime does.</summary>
internal static class SameNumbers
{
    private const double Tolerance = 1e-4;

    /// <summary>Fails where shapes differ, or values by more than 1e-4 of the greatest.</summary>
    public static void Assert(SecondEngine engine, string model, long[] shape, float[] values)
    {
        using InferenceSession session = new(model);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(values, shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> expected = session.Run(options, session.InputNames, [input], session.OutputNames);
        (long[] Shape, float[] Values)[] actual = engine(model, session.InputNames[0], shape, values, session.OutputNames);
        Xunit.Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            float[] ours = expected[i].GetTensorDataAsSpan<float>().ToArray();
            double magnitude = ours.Max(Math.Abs);
            Xunit.Assert.Equal(expected[i].GetTensorTypeAndShape().Shape, actual[i].Shape);
            // Where rows are all but alike, agreeing on them says little.
            if (shape[0] > 1)
            {
                double change = MostBetweenRows(ours, (int)shape[0]);
                Xunit.Assert.True(change > 10 * Tolerance * magnitude, $"{session.OutputNames[i]} hardly depends on the input: {change} of {magnitude}");
            }

            Xunit.Assert.InRange(ours.Zip(actual[i].Values, (a, b) => Math.Abs(a - b)).Max(), 0, Tolerance * magnitude);
        }
    }

    private static double MostBetweenRows(float[] values, int rows)
    {
        int length = values.Length / rows;
        return values.Zip(values.Skip(length), (a, b) => Math.Abs(a - b)).Max();
    }
}

namespace Compat.TorchSharpTests;

/// <summary>Inputs that Python makes just as easily, and comparisons.</summary>
internal static class Numbers
{
    /// <summary>sin(0), sin(1), sin(2), … in float32.</summary>
    public static Tensor Sines(params long[] shape)
    {
        long count = shape.Aggregate(1L, (product, size) => product * size);
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)Math.Sin(i);
        return tensor(values).reshape(shape);
    }

    public static void AssertClose(float[] expected, Tensor actual, double tolerance)
    {
        using var dense = actual.detach().contiguous();
        var values = dense.data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - values[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"number {i}: expected {expected[i]}, got {values[i]} (all: {string.Join(", ", values)})");
    }
}

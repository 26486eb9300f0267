using static TorchSharp.torch;

namespace MLNetGen.Export.Converters;

/// <summary>Inputs on which a layer shows its settings.</summary>
internal static class ProbeInput
{
    /// <summary>Numbers in ±<paramref name="scale"/>, the same ones every time, on the device and of the type of a weight; torch's random state is left alone.</summary>
    public static Tensor Like(Tensor weight, double scale, params long[] shape)
    {
        var random = new Random(1);
        var numbers = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = (float)((2 * random.NextDouble() - 1) * scale);
        return tensor(numbers, shape).to(weight.dtype, weight.device);
    }
}

using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export;

internal static class WeightBytes
{
    /// <summary>A weight's bytes in row-major order; floating weights as float32.</summary>
    /// <exception cref="InvalidOperationException">A parameter is not finite, or a buffer holds NaN.</exception>
    public static byte[] Read(Tensor tensor, string name) => Read(tensor, name, tensor is Parameter);

    /// <summary>The bytes of a weight that, unlike a buffer, may be required to hold no infinities.</summary>
    public static byte[] Read(Tensor tensor, string name, bool mustBeFinite)
    {
        byte[] bytes = TensorData.Bytes(tensor);
        if (tensor.is_floating_point()) Check(MemoryMarshal.Cast<byte, float>(bytes), name, mustBeFinite);
        return bytes;
    }

    // A buffer may hold infinities on purpose (attention masks do); a parameter that does has diverged.
    private static void Check(ReadOnlySpan<float> values, string name, bool mustBeFinite)
    {
        int bad = 0;
        foreach (float value in values)
        {
            if (float.IsNaN(value) || (mustBeFinite && float.IsInfinity(value))) bad++;
        }

        if (bad > 0)
        {
            throw new InvalidOperationException(
                $"'{name}' holds {bad} of {values.Length} values that are not finite numbers, so the file would answer NaN. " +
                "The training has diverged: export an earlier checkpoint, or train with a smaller learning rate.");
        }
    }
}

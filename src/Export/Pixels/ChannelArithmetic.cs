using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>A factor and an offset by channel (axis 1 of four), and the order of channels; in torch and in ONNX.</summary>
internal sealed class ChannelArithmetic(double[] scale, double[] offset, bool reverse)
{
    private readonly float[] scale = Array.ConvertAll(scale, x => (float)x);
    private readonly float[] offset = Array.ConvertAll(offset, x => (float)x);

    public void Check(long channels, string path)
    {
        foreach ((string name, float[] values) in new[] { ("scale", scale), ("offset", offset) })
        {
            if (values.Length != 1 && values.Length != channels)
                throw new ArgumentException($"'{path}' has {values.Length} {name} numbers for {channels} channel(s): give one, or one a channel.");
        }
    }

    public Tensor Apply(Tensor planes)
    {
        using Tensor factor = Column(scale, planes.device);
        using Tensor summand = Column(offset, planes.device);
        using Tensor product = planes * factor;
        return product + summand;
    }

    public OnnxValue Apply(OnnxCall call, OnnxValue planes)
    {
        OnnxValue product = scale is [1] ? planes : planes * Column(call, scale);
        return Array.TrueForAll(offset, x => x == 0) ? product : product + Column(call, offset);
    }

    /// <summary>The channels, axis 1, in the other order if asked.</summary>
    public Tensor Ordered(Tensor planes) => reverse ? planes.flip(1) : planes.alias();

    public OnnxValue Ordered(OnnxCall call, OnnxValue planes, long channels)
    {
        if (!reverse) return planes;
        long[] order = [.. Enumerable.Range(1, (int)channels).Select(i => channels - i)];
        return call.Node("Gather", [planes, call.Constant(order)], ("axis", 1));
    }

    private static Tensor Column(float[] values, Device device) => tensor(values, [1, values.Length, 1, 1], device: device);

    private static OnnxValue Column(OnnxCall call, float[] values) => call.Constant(values, 1, values.Length, 1, 1);
}

namespace MLNetGen.Export.Tiling;

/// <summary>A value of the graph with the picture's height and width.</summary>
/// <param name="Shape">Its shape at the probe's size.</param>
/// <param name="Axes">Which axes are height and width.</param>
/// <param name="Scales">The lengths of these axes as shares of the picture's.</param>
/// <param name="IsExact">Whether the lengths are just that share, and no border more or less.</param>
internal sealed record SpatialValue(long[] Shape, int[] Axes, Ratio[] Scales, bool IsExact)
{
    /// <summary>Whether it is laid out as ONNX's convolutions take it: [batch, channels, height, width].</summary>
    public bool IsPlanes => Shape.Length == 4 && Axes is [2, 3];

    public int Channels => (int)Shape[1];

    /// <summary>Numbers a pixel of the picture.</summary>
    public double Density => Channels * ((double)Scales[0].Up / Scales[0].Down) * ((double)Scales[1].Up / Scales[1].Down);
}

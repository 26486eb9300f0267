namespace MLNetGen.Onnx;

/// <summary>What 8 bits stand for: (level − <paramref name="ZeroPoint"/>) · <paramref name="Scale"/>, levels 0 to 255.</summary>
/// <param name="Scale">From level to level.</param>
/// <param name="ZeroPoint">The level of 0, which is one exactly: what pads a picture is no error.</param>
internal readonly record struct ActivationLevels(float Scale, byte ZeroPoint)
{
    /// <summary>Levels from the smallest to the largest number; 0 is among them.</summary>
    public static ActivationLevels Between(double smallest, double largest)
    {
        (smallest, largest) = (Math.Min(0, smallest), Math.Max(0, largest));
        double scale = (largest - smallest) / byte.MaxValue;
        // A value that is always 0.
        if ((float)scale < 1e-30f)
            return new ActivationLevels(1, 0);
        return new ActivationLevels((float)scale, (byte)Math.Clamp(Math.Round(-smallest / scale, MidpointRounding.ToEven), 0, byte.MaxValue));
    }
}

/// <summary>The smallest and the largest number of a value, over the calibration rows.</summary>
internal sealed class ActivationRange
{
    private double smallest = double.PositiveInfinity, largest = double.NegativeInfinity;

    public ActivationLevels Levels => ActivationLevels.Between(smallest, largest);

    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    public void Widen(ReadOnlySpan<float> values, string name)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                throw new InvalidDataException($"'{name}' is {value} for a calibration row: such a network cannot be quantised. Look at the row, or train again.");
            smallest = Math.Min(smallest, value);
            largest = Math.Max(largest, value);
        }
    }
}

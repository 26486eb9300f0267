namespace MLNetGen.Export;

/// <summary>How <see cref="OnnxModule"/> loads a file.</summary>
public sealed class OnnxModuleOptions
{
    /// <summary>
    /// Whether the module is compared with ONNX Runtime when it is loaded, at one input of random numbers. Default true; it takes about as long as running the file
    /// a few times.
    /// </summary>
    public bool Check { get; init; } = true;

    /// <summary>
    /// How far the module may be from ONNX Runtime in the check: the greatest difference of an output, divided by the greatest magnitude in it. Above 0; default
    /// 0.0001, some times what float32's rounding makes of a deep network.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Seed of the check's numbers. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The lengths that axes of any length have in the check, the batch aside, by their names in the file. Default 224 for a picture's axes and 1 for others.</summary>
    public IReadOnlyDictionary<string, long> Lengths { get; init; } = new Dictionary<string, long>();
}

namespace MLNetGen.Export;

/// <summary>How an exported file stores kernels and matrices.</summary>
public enum OnnxWeightType
{
    /// <summary>32 bits, as they were trained.</summary>
    Float32,

    /// <summary>16 bits: half the size, about three decimal digits. A weight beyond ±65504 stays float32.</summary>
    Float16,
}

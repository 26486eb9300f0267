namespace MLNetGen;

/// <summary>What a network's forward and backward pass compute in. Weights and optimiser are float32 in either.</summary>
public enum TrainingPrecision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>
    /// 16 bits with float32's range: faster where the processor has instructions for it (AVX512-BF16, AMX, recent GPUs), and slower elsewhere.
    /// </summary>
    BFloat16,
}

using System.Runtime.Intrinsics.X86;
using MLNetGen.Export;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>What networks compute in while they are trained. Weights, their gradients, the optimiser and losses are float32 in any, and so are held-out rows' figures and the exported files.</summary>
public enum TrainingPrecision
{
    /// <summary><see cref="BFloat16"/> where the processor is made for it and the family was measured to come out as well; <see cref="Float32"/> elsewhere. The run's log says which, and why.</summary>
    Auto,

    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>
    /// Convolutions and matrix products of 16 bits with float32's range: faster where the processor has instructions for it (AVX512-BF16, AMX, recent GPUs), and slower elsewhere.
    /// Source: Micikevicius et al. 2017, arXiv:1710.03740.
    /// </summary>
    BFloat16,
}

/// <summary>Which precision a run takes where it is left to it.</summary>
internal static class TrainingPrecisions
{
    // Those that train in it by themselves: measured to come out as well (docs/performance.md, "bfloat16"), and tried for long on such processors.
    private static readonly string[] AsGood = [];

    /// <param name="asked">What the options say.</param>
    /// <param name="family">The run's.</param>
    /// <param name="device">Where it computes.</param>
    /// <returns>What to take; and for what was left to it, why.</returns>
    /// <exception cref="NotSupportedException">bfloat16 was asked for, and libtorch here cannot be asked for it.</exception>
    public static (TrainingPrecision Precision, string? Why) Decide(TrainingPrecision asked, string family, Device device)
    {
        if (asked == TrainingPrecision.BFloat16 && !Autocast.IsKnown)
            throw new NotSupportedException($"Precision is {asked}, and bfloat16 is not to be had with this system's libtorch: set {nameof(TrainingPrecision.Float32)}.");
        if (asked != TrainingPrecision.Auto)
            return (asked, null);
        string? against =
            !AsGood.Contains(family) ? "bfloat16 is taken where it is asked for"
            : device.type != DeviceType.CPU ? "bfloat16 was not measured on GPUs"
            : !HasInstructions ? "this processor has no instructions for bfloat16"
            : ExactConvolutions.AreNeeded || !TorchLibrary.OneDnnMayUseBFloat16 || !Autocast.IsKnown ? "libtorch's bfloat16 is not to be had here"
            : null;
        return against is null ? (TrainingPrecision.BFloat16, "this processor has instructions for it") : (TrainingPrecision.Float32, against);
    }

    // AVX512-BF16 and AMX-BF16.
    private static bool HasInstructions =>
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && ((X86Base.CpuId(7, 1).Eax >> 5 & 1) == 1 || (X86Base.CpuId(7, 0).Edx >> 22 & 1) == 1);

    /// <summary>What a network gives, in the run's precision; float32 whichever it is.</summary>
    /// <param name="precision">Of the run.</param>
    /// <param name="network">Its layers decide what is computed in 16 bits (<see cref="Autocast"/>).</param>
    /// <param name="input">float32.</param>
    public static Tensor Call(this TrainingPrecision precision, nn.Module<Tensor, Tensor> network, Tensor input) => precision.Compute(input.device, () => network.call(input));

    /// <summary>The same of any computation.</summary>
    /// <param name="precision">Of the run.</param>
    /// <param name="device">Where.</param>
    /// <param name="compute">A forward pass.</param>
    public static Tensor Compute(this TrainingPrecision precision, Device device, Func<Tensor> compute)
    {
        using Autocast? half = precision.Begin(device);
        return compute().ToFloat32();
    }

    /// <summary>Until disposed, layers compute in the run's precision; null, and nothing changes, for float32.</summary>
    public static Autocast? Begin(this TrainingPrecision precision, Device device) => precision == TrainingPrecision.BFloat16 ? Autocast.ToBFloat16(device) : null;

    /// <summary>What layers gave, for losses and figures: itself where it is float32.</summary>
    public static Tensor ToFloat32(this Tensor result) => result.dtype == ScalarType.Float32 ? result : result.to_type(ScalarType.Float32);
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Instance normalisation of 5D input, or of one 4D sample.</summary>
public sealed class InstanceNorm3d : InstanceNorm
{
    internal InstanceNorm3d(
        long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm1d))
    {
    }

    protected override long GetNumberOfBatchDimensions() => 4;

    protected override void ValidateInputDimensions(Tensor input)
    {
        if (input.ndim != 4 && input.ndim != 5)
            throw new ArgumentException($"expected 4D or 5D input, but got {input.ndim}D input.");
    }
}

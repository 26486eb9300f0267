using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Normalises each channel of each sample.</summary>
public abstract class InstanceNorm : NormBase
{
    public InstanceNorm(
        long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
        : base(num_features, eps, momentum ?? 0.1, affine, track_running_stats, device, dtype, name)
    {
    }

    protected abstract long GetNumberOfBatchDimensions();

    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);
        int channel = (int)(input.ndim - GetNumberOfBatchDimensions());
        if (input.size(channel) != num_features)
            throw new ArgumentException(
                $"expected input's size at dim={channel} to match num_features ({num_features}), but got: {input.size(channel)}.");

        if (channel != 0)
            return Normalise(input);
        using var batch = input.unsqueeze(0);
        using var result = Normalise(batch);
        return result.squeeze(0);
    }

    private Tensor Normalise(Tensor batch) => nn.functional.instance_norm(
        batch, running_mean, running_var, weight, bias, training || !track_running_stats, momentum ?? 0.1, eps);
}

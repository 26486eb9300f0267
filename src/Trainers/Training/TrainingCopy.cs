using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// What forward and backward run on: the network itself, or a copy of it in 16 bits whose gradients go to the network's own, float32, weights (Micikevicius et al. 2017,
/// arXiv:1710.03740, section 3.1). Batch normalisation stays float32 in the copy: running means move by less than 16 bits resolve.
/// </summary>
internal sealed class TrainingCopy : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly nn.Module<Tensor, Tensor>? half;
    private readonly (Parameter Weight, Parameter Copy)[] weights = [];
    private readonly (Tensor Kept, Tensor Copy)[] buffers = [];

    /// <param name="network">Whose weights are stepped, on its device.</param>
    /// <param name="precision">What is computed in.</param>
    /// <param name="create">Makes a network of the same shape.</param>
    public TrainingCopy(nn.Module<Tensor, Tensor> network, TrainingPrecision precision, Func<nn.Module<Tensor, Tensor>> create)
    {
        this.network = network;
        if (precision == TrainingPrecision.Float32)
            return;
        half = create();
        half.to(network.parameters().First().device);
        foreach (nn.Module layer in half.modules())
        {
            if (layer is Convolution or Linear)
                layer.to(ScalarType.BFloat16);
        }
        weights = [.. network.parameters().Zip(half.parameters())];
        buffers = [.. network.buffers().Zip(half.buffers())];
        foreach ((Parameter weight, Parameter copy) in weights)
            copy.requires_grad = weight.requires_grad;
        CopyBuffers(toNetwork: false);
        Refresh();
    }

    /// <summary>What forward runs on.</summary>
    public nn.Module<Tensor, Tensor> Worker => half ?? network;

    /// <summary>float32 outputs of float32 inputs.</summary>
    public Tensor Call(Tensor inputs) => half is null ? network.call(inputs) : half.call(inputs.to_type(ScalarType.BFloat16)).to_type(ScalarType.Float32);

    /// <summary>Before backward. Gradients are let go and not set to 0: that would be two more passes over each, here and in backward.</summary>
    public void ClearGradients() => network.zero_grad();

    /// <summary>After backward: the copy's gradients become the network's.</summary>
    public void MoveGradients()
    {
        if (half is null)
            return;
        using var noGradient = no_grad();
        foreach ((Parameter weight, Parameter copy) in weights)
        {
            using Tensor? gradient = copy.grad;
            if (gradient is null)
                continue;
            weight.grad = gradient.to_type(ScalarType.Float32);
            copy.grad = null;
        }
    }

    /// <summary>After the optimiser's step: the copy takes over the network's weights, the network the copy's running means.</summary>
    public void Refresh()
    {
        if (half is null)
            return;
        using var noGradient = no_grad();
        foreach ((Parameter weight, Parameter copy) in weights)
            copy.copy_(weight);
        CopyBuffers(toNetwork: true);
    }

    public void Dispose() => half?.Dispose();

    private void CopyBuffers(bool toNetwork)
    {
        using var noGradient = no_grad();
        foreach ((Tensor kept, Tensor copy) in buffers)
            (toNetwork ? kept : copy).copy_(toNetwork ? copy : kept);
    }
}

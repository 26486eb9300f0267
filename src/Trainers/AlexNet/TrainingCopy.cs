using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>
/// What forward and backward run on: the network itself, or a copy of it in 16 bits whose gradients go to the network's own, float32, weights.
/// Batch normalisation stays float32 in the copy: running means move by less than 16 bits resolve.
/// </summary>
internal sealed class TrainingCopy : IDisposable
{
    private readonly AlexNetModule network;
    private readonly AlexNetModule? half;
    private readonly (Parameter Weight, Parameter Copy)[] weights = [];
    private readonly (Tensor Kept, Tensor Copy)[] buffers = [];

    private TrainingCopy(AlexNetModule network, TrainingPrecision precision)
    {
        this.network = network;
        if (precision == TrainingPrecision.Float32)
            return;
        half = AlexNetModule.Create(network.Shape);
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

    public static TrainingCopy Of(AlexNetModule network, TrainingPrecision precision) => new(network, precision);

    /// <summary>Puts dropout and batch normalisation to work, but for layers that are left as they are.</summary>
    public void Train(int? trainedLayers)
    {
        AlexNetModule worker = half ?? network;
        worker.train();
        FrozenLayers.Rest(worker, trainedLayers);
    }

    /// <summary>float32 logits of normalised pixels.</summary>
    public Tensor Logits(Tensor pixels) => half is null ? network.call(pixels) : half.call(pixels.to_type(ScalarType.BFloat16)).to_type(ScalarType.Float32);

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

/// <summary>The layers of a network that training leaves as they are.</summary>
internal static class FrozenLayers
{
    /// <summary>Trains only the last <paramref name="trained"/> layers with weights, and what normalises them; null trains all.</summary>
    public static void Freeze(AlexNetModule network, int? trained)
    {
        foreach (Parameter weight in Of(network, trained).SelectMany(layer => layer.parameters())) weight.requires_grad = false;
    }

    /// <summary>After <c>train()</c>: their running means stay too.</summary>
    public static void Rest(AlexNetModule network, int? trained)
    {
        foreach (nn.Module layer in Of(network, trained).Where(layer => layer is BatchNorm1d or BatchNorm2d)) layer.eval();
    }

    private static IEnumerable<nn.Module> Of(AlexNetModule network, int? trained)
    {
        if (trained is not { } last)
            return [];
        nn.Module[] layers = [.. network.Features.children().Concat(network.Classifier.children())];
        int[] weighted = [.. layers.Index().Where(layer => layer.Item is Convolution or Linear).Select(layer => layer.Index)];
        return last <= weighted.Length ? layers.Take(weighted[^last])
            : throw new ArgumentException($"TrainedLayers is {last}; the network has {weighted.Length}.");
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>A convolution's kernel and bias in a file of weights.</summary>
internal sealed record FileConvolution(PretrainedTensor Kernel, PretrainedTensor Bias)
{
    /// <summary>Kernels with their biases: by name (conv1_1.weight, conv1_1.bias; conv1_1_w_0, conv1_1_b_0), or else vectors of the right lengths in their order.</summary>
    /// <returns>Null where there are no such biases.</returns>
    public static IReadOnlyList<FileConvolution>? WithBiases(IReadOnlyList<PretrainedTensor> kernels, IReadOnlyList<PretrainedTensor> tensors)
    {
        PretrainedTensor[] vectors = [.. tensors.Where(tensor => tensor.Shape.Count == 1)];
        PretrainedTensor[] named = [.. kernels
            .Select(kernel => vectors.FirstOrDefault(bias => bias.Shape[0] == kernel.Shape[0] && IsNamedAfter(bias.Name, kernel.Name)))
            .OfType<PretrainedTensor>()];
        HashSet<long> lengths = [.. kernels.Select(kernel => kernel.Shape[0])];
        PretrainedTensor[] biases = named.Length == kernels.Count ? named : [.. vectors.Where(bias => lengths.Contains(bias.Shape[0]))];
        return biases.Select(bias => bias.Shape[0]).SequenceEqual(kernels.Select(kernel => kernel.Shape[0]))
            ? [.. kernels.Zip(biases, (kernel, bias) => new FileConvolution(kernel, bias))]
            : null;
    }

    /// <summary>Reads it into a layer that keeps the size.</summary>
    public Conv2d Load(PretrainedWeights file)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Conv2d convolution = Conv2d(Kernel.Shape[1], Kernel.Shape[0], Kernel.Shape[2], padding: Kernel.Shape[2] / 2);
        convolution.weight.copy_(file.Read(Kernel.Name));
        convolution.bias!.copy_(file.Read(Bias.Name));
        return convolution;
    }

    private static bool IsNamedAfter(string bias, string kernel) => bias != kernel
        && (bias == kernel.Replace("weight", "bias", StringComparison.Ordinal) || bias == kernel.Replace("_w", "_b", StringComparison.OrdinalIgnoreCase));
}

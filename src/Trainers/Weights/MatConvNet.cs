using static TorchSharp.torch;

namespace MLNetGen.Weights;

/// <summary>Finds the tensors among MatConvNet's variables (vlfeat.org/matconvnet/pretrained; the older files have filters and biases).</summary>
internal static class MatConvNet
{
    private const int KernelDimensions = 4;
    private const string NormType = "bnorm";
    private const string Remedy = "Give a network of MatConvNet's such as imagenet-vgg-verydeep-19.mat.";

    public static IEnumerable<StoredTensor> Tensors(Dictionary<string, MatValue> variables)
    {
        if (variables.GetValueOrDefault("layers") is not MatCell layers)
        {
            throw Damage.NotWeights(
                $"it is a MATLAB file without a cell 'layers' (it has {(variables.Count == 0 ? "nothing" : WeightCopy.Some(variables.Keys))})", Remedy);
        }

        StoredTensor[] tensors = [.. layers.Items.OfType<MatStruct>().SelectMany(Tensors)];
        if (tensors.Length == 0) throw Damage.NotWeights("it is a MATLAB file whose 'layers' hold no weights", Remedy);
        return [.. tensors, .. AverageImage(variables)];
    }

    private static IEnumerable<StoredTensor> Tensors(MatStruct layer)
    {
        IReadOnlyList<MatValue> weights = layer.Fields.GetValueOrDefault("weights") is MatCell cell ? cell.Items : [];
        (MatNumbers? kernel, MatNumbers? bias) = weights is [MatNumbers first, MatNumbers second, ..]
            ? (first, second)
            : (layer.Fields.GetValueOrDefault("filters") as MatNumbers, layer.Fields.GetValueOrDefault("biases") as MatNumbers);
        if (kernel is null || bias is null) yield break;
        if (layer.Fields.GetValueOrDefault("name") is not MatText { Text: var name }) throw Damage.Truncated("a layer with weights has no name");
        bool isNorm = layer.Fields.GetValueOrDefault("type") is MatText { Text: NormType };
        yield return Tensor($"{name}.weight", kernel, isNorm ? Flat(kernel.Dimensions) : Kernel(kernel.Dimensions));
        yield return Tensor($"{name}.bias", bias, Flat(bias.Dimensions));

        MatNumbers[] more = [.. weights.Skip(2).OfType<MatNumbers>().Where(numbers => numbers.Length > 0)];
        if (more.Length == 0) yield break;
        // Means and deviations of a channel: [channels, 2] in MATLAB.
        if (!isNorm || more.Length > 1)
            throw new BadWeightsException($"has {2 + more.Length} tensors in the layer '{name}', where {(isNorm ? "3 at most" : "2")} are known. {Remedy}");
        yield return Tensor($"{name}.moments", more[0], [.. more[0].Dimensions.Reverse()]);
    }

    // The mean picture that is taken from every other: [width, height, channels] in MATLAB, like the kernels, [channels, height, width] here.
    private static IEnumerable<StoredTensor> AverageImage(Dictionary<string, MatValue> variables)
    {
        const string Normalization = "normalization";
        MatValue? normalization = (variables.GetValueOrDefault("meta") as MatStruct)?.Fields.GetValueOrDefault(Normalization) ?? variables.GetValueOrDefault(Normalization);
        if ((normalization as MatStruct)?.Fields.GetValueOrDefault("averageImage") is MatNumbers average)
            yield return Tensor($"{Normalization}.averageImage", average, [.. average.Dimensions.Reverse()]);
    }

    private static long[] Flat(long[] dimensions) =>
        [dimensions.Aggregate(1L, (product, length) => length == 0 ? 0 : product > long.MaxValue / length ? long.MaxValue : product * length)];

    // MATLAB drops lengths of 1 at the end.
    private static long[] Kernel(long[] dimensions) =>
        [.. dimensions.Concat(Enumerable.Repeat(1L, Math.Max(0, KernelDimensions - dimensions.Length))).Reverse()];

    private static StoredTensor Tensor(string name, MatNumbers numbers, long[] shape)
    {
        if (numbers.Stored is not { } stored) throw new BadWeightsException($"stores '{name}' as whole numbers without a sign, which is not read here. Save it as single.");
        StoredTensor tensor = new(name, shape, stored, numbers.Bytes, numbers.Start) { Type = numbers.IsFloating && !ElementType.IsFloating(stored) ? ScalarType.Float32 : stored };
        return tensor.ByteCount == numbers.Length
            ? tensor
            : throw Damage.Truncated($"'{name}' {StoredTensor.Text(shape)} has {numbers.Length:N0} bytes, not {tensor.ByteCount:N0}");
    }
}

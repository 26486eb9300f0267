using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Sum, mean or maximum of the learnt vectors of several whole numbers.</summary>
public sealed class EmbeddingBag : nn.Module<Tensor, Tensor?, Tensor?, Tensor>, nn.IModule<Tensor, Tensor, Tensor>, nn.IModule<Tensor, Tensor?, Tensor?, Tensor>
{
    private static readonly Operator bag = new("aten::embedding_bag", "padding_idx");
    private static readonly Operator renormalise = new("aten::embedding_renorm_");
    private readonly double? maximumNorm;
    private readonly double normType;
    private readonly bool scaleByFrequency, sparse, includeLastOffset;
    private readonly EmbeddingBagMode mode;
    private readonly long? paddingIndex;

    internal EmbeddingBag(
        Parameter weight, double? max_norm, double norm_type, bool scale_grad_by_freq, EmbeddingBagMode mode, bool sparse,
        bool include_last_offset, long padding_index)
        : base("torch::nn::EmbeddingBagImpl")
    {
        this.weight = weight;
        maximumNorm = max_norm;
        normType = norm_type;
        scaleByFrequency = scale_grad_by_freq;
        this.mode = mode;
        this.sparse = sparse;
        includeLastOffset = include_last_offset;
        paddingIndex = padding_index >= 0 ? padding_index : null;
    }

    public Parameter? weight
    {
        get;
        set => Own(nameof(weight), ref field, value);
    }

    public override Tensor forward(Tensor input, Tensor? offsets, Tensor? perSampleWeights)
    {
        if (perSampleWeights is not null && mode != EmbeddingBagMode.Sum)
            throw new ExternalException($"embedding_bag: per_sample_weights is only supported for mode='kSum' (got mode='{mode}')");

        using var scope = NewDisposeScope();
        if (input.ndim == 2)
        {
            offsets = arange(0, input.numel(), input.shape[1], dtype: ScalarType.Int64, device: input.device);
            input = input.reshape(-1);
            perSampleWeights = perSampleWeights?.reshape(-1);
        }

        if (maximumNorm is { } norm)
        {
            using var noGrad = no_grad();
            renormalise.CallVoid(weight, input.contiguous(), norm, normType);
        }

        return bag.CallMany(weight, input, offsets, scaleByFrequency, (long)mode, sparse, perSampleWeights, includeLastOffset, paddingIndex)[0]
            .MoveToOuterDisposeScope();
    }

    public new Tensor call(Tensor input, Tensor? offsets, Tensor? perSampleWeights)
    {
        Check(input, offsets);
        return base.call(input, offsets, perSampleWeights);
    }

    public Tensor call(Tensor input, Tensor? offsets)
    {
        Check(input, offsets);
        return base.call(input, offsets, null);
    }

    public Tensor call(Tensor input)
    {
        Check(input, null);
        return base.call(input, null, null);
    }

    private static void Check(Tensor input, Tensor? offsets)
    {
        if (input.is_floating_point() || input.is_complex() || input.dtype == ScalarType.Bool)
            throw new ArgumentException("Embedding input must be an integral tensor.");
        if (offsets is not null && input.dtype != offsets.dtype) throw new ArgumentException("input and offsets must have the same element type.");
        if (input.ndim == 1 && offsets is null) throw new ArgumentException("'offsets' must be non-null for a 1-D input.");
        if (input.ndim == 2 && offsets is not null) throw new ArgumentException("'offsets' must be null for a 2-D input.");
        if (input.ndim == 2 && input.dtype == ScalarType.Int32)
            throw new NotImplementedException("EmbeddingBag for 32-bit integers: the native runtime does not support it for a 2-D input.");
    }
}

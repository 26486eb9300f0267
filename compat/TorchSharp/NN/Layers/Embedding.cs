using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A learnt vector for each whole number.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly long? paddingIndex;
    private readonly double? maximumNorm;
    private readonly double normType;
    private readonly bool scaleByFrequency, sparse;

    private static readonly Operator embedding = new("aten::embedding");
    private static readonly Operator renormalise = new("aten::embedding_renorm_");

    internal Embedding(Parameter weight, long? padding_idx, double? max_norm, double norm_type, bool scale_grad_by_freq, bool sparse)
        : base("torch::nn::EmbeddingImpl")
    {
        this.weight = weight;
        paddingIndex = padding_idx;
        maximumNorm = max_norm;
        normType = norm_type;
        scaleByFrequency = scale_grad_by_freq;
        this.sparse = sparse;
    }

    public Parameter? weight
    {
        get;
        set => Own(nameof(weight), ref field, value);
    }

    public override Tensor forward(Tensor input)
    {
        if (maximumNorm is { } norm)
        {
            using var noGrad = no_grad();
            using var indices = input.contiguous();
            renormalise.CallVoid(weight, indices, norm, normType);
        }
        return embedding.Call(weight, input, paddingIndex ?? -1, scaleByFrequency, sparse);
    }
}

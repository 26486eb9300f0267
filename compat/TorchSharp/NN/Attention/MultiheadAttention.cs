using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Multi-head attention (Vaswani et al. 2017). Sequence first: [length, batch, features].</summary>
public sealed class MultiheadAttention : nn.Module<Tensor, Tensor, Tensor, Tensor?, bool, Tensor?, Tuple<Tensor, Tensor>>
{
    private readonly long size, heads;
    private readonly double dropout;
    private readonly bool addZeroAttention;

    internal MultiheadAttention(
        long embedded_dim, long num_heads, double dropout, bool bias, bool add_bias_kv, bool add_zero_attn, long kdim, long vdim)
        : base("torch::nn::MultiheadAttentionImpl")
    {
        size = embedded_dim;
        heads = num_heads;
        this.dropout = dropout;
        addZeroAttention = add_zero_attn;
        if (num_heads <= 0 || embedded_dim % num_heads != 0)
            throw new ExternalException("embed_dim must be divisible by num_heads");

        bool oneMatrix = kdim == size && vdim == size;
        if (oneMatrix)
        {
            Own("in_proj_weight", new Parameter(empty(3 * size, size)));
        }
        else
        {
            Own("q_proj_weight", new Parameter(empty(size, size)));
            Own("k_proj_weight", new Parameter(empty(size, kdim)));
            Own("v_proj_weight", new Parameter(empty(size, vdim)));
        }

        if (bias) Own("in_proj_bias", new Parameter(zeros(3 * size)));
        if (add_bias_kv)
        {
            Own("bias_k", new Parameter(empty(1, 1, size)));
            Own("bias_v", new Parameter(empty(1, 1, size)));
        }

        // The order in which PyTorch draws: the output's layer first.
        using (var output = nn.Linear(size, size, bias))
        {
            Own("out_proj.weight", new Parameter(output.weight.detach().clone()));
            if (bias) Own("out_proj.bias", new Parameter(zeros(size)));
        }

        foreach (string name in oneMatrix ? ["in_proj_weight"] : new[] { "q_proj_weight", "k_proj_weight", "v_proj_weight" })
            nn.init.xavier_uniform_(Weight(name)!);
        if (add_bias_kv)
        {
            DrawXavierNormal(Weight("bias_k")!);
            DrawXavierNormal(Weight("bias_v")!);
        }
    }

    public override Tuple<Tensor, Tensor> forward(
        Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask, bool need_weights, Tensor? attn_mask)
    {
        if (query.ndim != 3 || query.shape[2] != size)
            throw new ExternalException($"query must be [length, batch, {size}], got [{string.Join(", ", query.shape)}]");
        if (!key.shape.SequenceEqual(value.shape))
            throw new ExternalException("key.sizes() == value.sizes() INTERNAL ASSERT FAILED: key and value must have the same sizes");

        var scope = NewDisposeScope();
        using (scope)
        {
            long targets = query.shape[0], batch = query.shape[1], headSize = size / heads;
            Tensor q = Project(query, 0, "q_proj_weight") * (1 / Math.Sqrt(headSize));
            Tensor k = Project(key, 1, "k_proj_weight"), v = Project(value, 2, "v_proj_weight");
            if (Weight("bias_k") is { } biasK && Weight("bias_v") is { } biasV)
            {
                k = cat([k, biasK.repeat(1, batch, 1)]);
                v = cat([v, biasV.repeat(1, batch, 1)]);
                (key_padding_mask, attn_mask) = (OneMore(key_padding_mask), OneMore(attn_mask));
            }

            (q, k, v) = (SplitHeads(q, batch), SplitHeads(k, batch), SplitHeads(v, batch));
            if (addZeroAttention)
            {
                Tensor zero = zeros([batch * heads, 1, headSize], dtype: k.dtype, device: k.device);
                (k, v) = (cat([k, zero], 1), cat([v, zero], 1));
                (key_padding_mask, attn_mask) = (OneMore(key_padding_mask), OneMore(attn_mask));
            }

            long sources = k.shape[1];
            Tensor scores = bmm(q, k.transpose(1, 2));
            if (attn_mask is not null) scores.add_(attn_mask.unsqueeze(0));
            if (key_padding_mask is not null)
            {
                scores = scores.view(batch, heads, targets, sources)
                    .masked_fill(key_padding_mask.unsqueeze(1).unsqueeze(2), double.NegativeInfinity)
                    .view(batch * heads, targets, sources);
            }

            Tensor weights = nn.functional.dropout(softmax(scores, -1), dropout, training);
            Tensor mixed = bmm(weights, v).transpose(0, 1).contiguous().view(targets, batch, size);
            Tensor output = nn.functional.linear(mixed, Weight("out_proj.weight")!, Weight("out_proj.bias")).MoveToOuterDisposeScope();
            Tensor average = need_weights
                ? (weights.view(batch, heads, targets, sources).sum(1) / heads).MoveToOuterDisposeScope()
                : new Tensor(0, register: false);
            return Tuple.Create(output, average);
        }
    }

    public new Tuple<Tensor, Tensor> call(
        Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask = null, bool need_weights = true, Tensor? attn_mask = null) =>
        base.call(query, key, value, key_padding_mask, need_weights, attn_mask);

    private Parameter? Weight(string name) => get_parameter(name);

    private Tensor Project(Tensor input, int part, string ownWeight)
    {
        Tensor weight = Weight(ownWeight) ?? Weight("in_proj_weight")!.narrow(0, part * size, size);
        return nn.functional.linear(input, weight, Weight("in_proj_bias")?.narrow(0, part * size, size));
    }

    private Tensor SplitHeads(Tensor x, long batch) => x.contiguous().view(-1, batch * heads, size / heads).transpose(0, 1);

    // The added key is never masked.
    private static Tensor? OneMore(Tensor? mask) =>
        mask is null ? null : cat([mask, zeros([mask.shape[0], 1], dtype: mask.dtype, device: mask.device)], 1);

    private static void DrawXavierNormal(Parameter bias)
    {
        var (fanIn, fanOut) = nn.init.CalculateFanInAndFanOut(bias);
        nn.init.normal_(bias, 0, Math.Sqrt(2.0 / (fanIn + fanOut)));
    }
}

using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

/// <summary>Attention and bags against PyTorch 1.13: seed 7 before the layer is made; query s, key s/2, value s, with s = sin(0), sin(1), …</summary>
[Collection(nameof(AloneCollection))]
public class AttentionTests
{
    private static Tensor Padding => tensor(new[] { false, false, false, true, true, false, true, false, false, false }).reshape(2, 5);

    [Fact]
    public void MultiheadAttention_computes_what_PyTorch_computes() => Check(
        () => MultiheadAttention(6, 3), [4, 2, 6], [5, 2, 6], null, null,
        [0.05231763f, 0.1088671f, 0.08685985f, 0.1116917f, -0.2212613f, 0.08631242f, -0.01480567f, 0.1726535f],
        [0.2016327f, 0.206779f, 0.208485f, 0.1779172f, 0.1922422f, 0.20562f, 0.2129367f, 0.211284f]);

    [Fact]
    public void Masks_hide_keys() => Check(
        () => MultiheadAttention(6, 2), [4, 2, 6], [5, 2, 6], Padding, Numbers.Sines(4, 5),
        [0.2950102f, -0.1711864f, 0.06203418f, 0.09495078f, -0.1684187f, 0.05131145f, -0.005363205f, 0.1262076f],
        [0.1065909f, 0.2851989f, 0.5096787f, 0.4356858f, 0f, 0.1036326f, 0.1334042f, 0.3272774f]);

    [Fact]
    public void Keys_may_have_another_size() => Check(
        () => MultiheadAttention(6, 2, bias: false, kdim: 4, vdim: 4), [3, 2, 6], [5, 2, 4], null, null,
        [0.0358157f, -0.05716563f, -0.03639165f, 0.01118033f, -0.1914f, -0.06438957f, -0.05399377f, 0.1169377f],
        [0.2368155f, 0.2254874f, 0.1713932f, 0.204425f, 0.1655601f, 0.2068996f, 0.2396984f, 0.1834168f]);

    [Fact]
    public void Learnt_and_zero_keys_are_never_masked()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var attention = MultiheadAttention(6, 2, add_bias_kv: true, add_zero_attn: true);
        // PyTorch draws these two alike; what it drew is not what this test is about.
        using (no_grad())
        {
            attention.get_parameter("bias_k")!.zero_();
            attention.get_parameter("bias_v")!.zero_();
        }

        var (_, weights) = attention.call(Numbers.Sines(3, 2, 6), Numbers.Sines(5, 2, 6), Numbers.Sines(5, 2, 6), Padding, attn_mask: Numbers.Sines(3, 5));
        Assert.Equal([2, 3, 7], weights.shape);
        // A key of zeros has score 0 from every query: the learnt one, here zero too, and the added one weigh the same.
        Assert.True(weights.narrow(2, 5, 1).allclose(weights.narrow(2, 6, 1)));
        Assert.True(weights.narrow(2, 5, 2).min().item<float>() > 0);
        Assert.True(weights.sum(2).allclose(ones(2, 3)));
    }

    [Fact]
    public void Parameters_have_PyTorchs_names_and_the_layer_has_no_children()
    {
        using var one = MultiheadAttention(6, 2);
        Assert.Equal(["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"], one.named_parameters().Select(weight => weight.name));
        Assert.Empty(one.named_children());

        using var several = MultiheadAttention(6, 2, bias: false, add_bias_kv: true, kdim: 4);
        Assert.Equal(
            ["q_proj_weight", "k_proj_weight", "v_proj_weight", "bias_k", "bias_v", "out_proj.weight"],
            several.named_parameters().Select(weight => weight.name));
    }

    [Fact]
    public void Weights_that_are_not_asked_for_are_an_invalid_tensor()
    {
        using var scope = NewDisposeScope();
        using var attention = MultiheadAttention(6, 2);
        Tensor x = Numbers.Sines(3, 2, 6);
        Assert.True(attention.call(x, x, x, need_weights: false).Item2.IsInvalid);
    }

    [Fact]
    public void Keys_and_values_of_different_sizes_are_refused()
    {
        using var scope = NewDisposeScope();
        using var attention = MultiheadAttention(6, 2, kdim: 4, vdim: 5);
        Assert.ThrowsAny<Exception>(() => attention.call(Numbers.Sines(3, 2, 6), Numbers.Sines(3, 2, 4), Numbers.Sines(3, 2, 5)));
    }

    [Fact]
    public void EmbeddingBag_computes_what_PyTorch_computes()
    {
        using var scope = NewDisposeScope();
        Tensor four = tensor(new long[] { 0, 2, 4, 1 });
        manual_seed(7);
        var mean = EmbeddingBag(5, 3);
        Numbers.AssertClose(
            [-0.2512101f, 1.009264f, 0.5424972f, 0.1373241f, 0.2405461f, 1.395451f],
            mean.call(tensor(new long[] { 0, 2, 4, 4 }).reshape(2, 2)).flatten(), 2e-6);
        Numbers.AssertClose(
            [-0.1467951f, 0.7861413f, 0.9468216f, -0.444215f, 1.054574f, 0.2129319f], mean.call(four, tensor(new long[] { 0, 1 })).flatten(), 2e-6);

        manual_seed(7);
        var sum = EmbeddingBag(5, 3, mode: EmbeddingBagMode.Sum, padding_index: 2);
        Numbers.AssertClose(
            [-0.1467951f, 0.7861413f, 0.9468216f, -4.045403f, 7.484799f, 0.6070411f],
            sum.call(four, tensor(new long[] { 0, 2 }), tensor(new float[] { 1, 2, 3, 4 })).flatten(), 2e-6);

        manual_seed(7);
        var max = EmbeddingBag(5, 3, mode: EmbeddingBagMode.Max, include_last_offset: true);
        Numbers.AssertClose(
            [-0.1467951f, 1.232386f, 0.9468216f, 0.1373241f, 1.69079f, 1.395451f], max.call(four, tensor(new long[] { 0, 2, 4 })).flatten(), 2e-6);
        Assert.Throws<ArgumentException>(() => max.call(four));
    }

    private static void Check(
        Func<TorchSharp.Modules.MultiheadAttention> make, long[] query, long[] key, Tensor? padding, Tensor? mask, float[] output, float[] weights)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        using var attention = make();
        var (mixed, average) = attention.call(Numbers.Sines(query), Numbers.Sines(key) * 0.5, Numbers.Sines(key), padding, attn_mask: mask);
        Assert.Equal(query, mixed.shape);
        AssertLast(output, mixed);
        AssertLast(weights, average);
    }

    private static void AssertLast(float[] expected, Tensor actual)
    {
        using Tensor flat = actual.flatten();
        using Tensor last = flat.narrow(0, flat.numel() - expected.Length, expected.Length);
        Numbers.AssertClose(expected, last, 2e-6);
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class AttentionTests
{
    private const int Configurations = 24;

    private static readonly IReadOnlyDictionary<int, string> Query = SequenceParity.Axes((0, "queries"), (1, "batch"));
    private static readonly IReadOnlyDictionary<int, string> Keys = SequenceParity.Axes((0, "keys"), (1, "batch"));

    /// <summary>The converters that these tests cover.</summary>
    public static IReadOnlyList<string> Layers { get; } = [nameof(MultiheadAttention)];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, Configurations)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Attention_to_another_sequence_gives_the_same_numbers_and_weights(int seed)
    {
        manual_seed(seed);
        var random = new Random(seed);
        long heads = random.Next(1, 5), size = heads * random.Next(1, 5), keySize = random.Next(2) == 0 ? size : random.Next(1, 7);
        MultiheadAttention attention = Parity.Shaken(MultiheadAttention(size, heads, random.Next(2) * 0.1, bias: random.Next(2) == 0,
            add_bias_kv: random.Next(3) == 0, add_zero_attn: random.Next(3) == 0, kdim: keySize, vdim: keySize));
        SequenceParity.Holds(attention, (batch, length) => [randn(3, batch, size), randn(length, batch, keySize), randn(length, batch, keySize)],
            [SequenceParity.Axes((1, "batch")), Keys, Keys]);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Attention_to_itself_gives_the_same_numbers_for_any_batch_and_length(int seed)
    {
        manual_seed(seed);
        var random = new Random(seed);
        long heads = random.Next(1, 5), size = heads * random.Next(1, 5);
        MultiheadAttention attention = Parity.Shaken(MultiheadAttention(size, heads, bias: random.Next(2) == 0));
        bool needWeights = random.Next(2) == 0;
        SequenceParity.Holds(new Network(x => attention.call(x, x, x, need_weights: needWeights).Item1, attention),
            (batch, length) => [randn(length, batch, size)], [Query]);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Masks_hide_the_same_keys(int seed)
    {
        manual_seed(seed);
        var random = new Random(seed);
        long heads = random.Next(1, 4), size = heads * random.Next(1, 4);
        MultiheadAttention attention = Parity.Shaken(MultiheadAttention(size, heads, add_bias_kv: random.Next(3) == 0, add_zero_attn: random.Next(3) == 0));
        SequenceParity.Holds(attention, Inputs,
        [
            SequenceParity.Axes((1, "batch")), Keys, Keys, SequenceParity.Axes((0, "batch"), (1, "keys")), SequenceParity.Axes((1, "keys")),
        ]);

        Tensor[] Inputs(long batch, long length)
        {
            Tensor padding = rand(batch, length) < 0.4;
            // No query without a key.
            padding.narrow(1, 0, 1).fill_(false);
            return [randn(3, batch, size), randn(length, batch, size), randn(length, batch, size), padding, randn(3, length)];
        }
    }

    [Fact]
    public void A_causal_mask_may_be_a_buffer()
    {
        var network = new Causal();
        SequenceParity.Holds(network, (batch, _) => [randn(5, batch, 6)], [SequenceParity.Axes((1, "batch"))]);
    }

    [Fact]
    public void Padding_alone_hides_keys()
    {
        manual_seed(1);
        var network = new Padded();
        SequenceParity.Holds(network, Inputs, [Query, SequenceParity.Axes((0, "batch"), (1, "queries"))]);

        static Tensor[] Inputs(long batch, long length)
        {
            Tensor padding = rand(batch, length) < 0.4;
            padding.narrow(1, 0, 1).fill_(false);
            return [randn(length, batch, 6), padding];
        }
    }

    [Fact]
    public void A_mask_of_truth_values_does_what_PyTorchs_layer_does_with_it()
    {
        manual_seed(1);
        MultiheadAttention attention = Parity.Shaken(MultiheadAttention(6, 3));
        Tensor mask = rand(4, 4) < 0.5;
        var network = new Network(x => attention.call(x, x, x, attn_mask: mask).Item1, attention);
        network.register_buffer("mask", mask);
        SequenceParity.Holds(network, (batch, _) => [randn(4, batch, 6)], [SequenceParity.Axes((1, "batch"))]);
    }

    [Theory]
    [InlineData(512, 8)]
    [InlineData(512, 16)]
    [InlineData(768, 12)]
    [InlineData(96, 96)]
    public void The_number_of_heads_is_found_in_layers_as_they_are_initialised(long size, long heads)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        MultiheadAttention attention = MultiheadAttention(size, heads);
        using OnnxFile file = OnnxFile.Of(attention, [randn(3, 2, size), randn(5, 2, size), randn(5, 2, size)], new OnnxExportOptions { DynamicBatch = false });
        OnnxParity parity = OnnxCheck.Compare(attention, file.Path, randn(3, 2, size), randn(5, 2, size), randn(5, 2, size));
        Assert.True(parity.IsWithin(1e-5), parity.ToString());
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(30)]
    public void The_number_of_heads_is_found_whatever_the_weights_magnitude(double magnitude)
    {
        manual_seed(1);
        MultiheadAttention attention = Parity.Shaken(MultiheadAttention(12, 3));
        using (no_grad())
        {
            attention.get_parameter("in_proj_weight")!.mul_(magnitude);
            attention.get_parameter("in_proj_bias")!.zero_();
        }

        SequenceParity.Holds(new Network(x => attention.call(x, x, x).Item1, attention), (batch, length) => [randn(length, batch, 12) / magnitude], [Query]);
    }

    [Fact]
    public void Where_heads_do_not_matter_none_need_be_known()
    {
        MultiheadAttention attention = MultiheadAttention(6, 2);
        using (no_grad()) attention.get_parameter("in_proj_weight")!.narrow(0, 0, 6).zero_();
        SequenceParity.Holds(new Network(x => attention.call(x, x, x).Item1, attention), (batch, length) => [randn(length, batch, 6)], [Query]);
    }

    [Fact]
    public void Heads_that_cannot_be_found_are_stated()
    {
        // Scores too small for any head to prefer a key, on any input that could be tried.
        MultiheadAttention attention = MultiheadAttention(4, 2);
        using (no_grad())
        {
            attention.get_parameter("in_proj_weight")!.mul_(1e-20);
            attention.get_parameter("in_proj_bias")!.fill_(0);
        }

        var network = new Network(x => attention.call(x, x, x).Item1, attention);
        string message = Assert.Throws<NotSupportedException>(() => OnnxFile.Of(network, randn(3, 2, 4))).Message;
        Assert.Contains("OnnxConverters.Describe(attention, heads: n)", message);

        OnnxConverters.Describe(attention, heads: 2);
        SequenceParity.Holds(network, (batch, length) => [randn(length, batch, 4)], [Query]);
    }

    [Fact]
    public void A_wrong_number_of_heads_is_refused()
    {
        manual_seed(1);
        MultiheadAttention attention = Parity.Shaken(MultiheadAttention(6, 2));
        OnnxConverters.Describe(attention, heads: 3);
        string message = Assert.Throws<ArgumentException>(() => OnnxFile.Of(new Network(x => attention.call(x, x, x).Item1, attention), randn(3, 2, 6))).Message;
        Assert.Contains("was said to have 3 heads, but computes as 2 would", message);
        Assert.Throws<ArgumentOutOfRangeException>(() => OnnxConverters.Describe(attention, heads: 0));
    }

    private sealed class Padded : Module<Tensor, Tensor, Tensor>
    {
        private readonly MultiheadAttention attention = MultiheadAttention(6, 2);
        private readonly Add add = new();

        public Padded()
            : base(nameof(Padded)) => RegisterComponents();

        public override Tensor forward(Tensor input, Tensor padding) =>
            add.call(input, attention.call(input, input, input, key_padding_mask: padding, need_weights: false).Item1);
    }

    private sealed class Causal : Module<Tensor, Tensor>
    {
        private readonly MultiheadAttention attention = MultiheadAttention(6, 2);
        private readonly Tensor mask = full(5, 5, double.NegativeInfinity).triu(1);

        public Causal()
            : base(nameof(Causal)) => RegisterComponents();

        public override Tensor forward(Tensor input) => attention.call(input, input, input, need_weights: false, attn_mask: mask).Item1;
    }
}

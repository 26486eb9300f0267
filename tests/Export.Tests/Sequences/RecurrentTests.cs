using Microsoft.ML.OnnxRuntime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class RecurrentTests
{
    private const int Configurations = 24;

    /// <summary>The converters that these tests cover.</summary>
    public static IReadOnlyList<string> Layers { get; } = [nameof(LSTM), nameof(GRU), nameof(RNN)];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string layer in Layers)
            {
                for (int seed = 0; seed < Configurations; seed++) cases.Add(layer, seed);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Exported_layer_gives_the_same_outputs_and_states_for_any_batch_and_length(string layer, int seed)
    {
        manual_seed(seed);
        var random = new Random(seed);
        long input = random.Next(1, 6), hidden = random.Next(1, 6), layers = random.Next(1, 4);
        bool bias = random.Next(3) > 0, batchFirst = random.Next(2) == 0, both = random.Next(2) == 0, withStates = random.Next(2) == 0;
        double dropout = layers > 1 ? 0.3 : 0;
        (ExportableModule module, int states) = layer switch
        {
            "LSTM" => ((ExportableModule)LSTM(input, hidden, layers, bias, batchFirst, dropout, both), 2),
            "GRU" => (GRU(input, hidden, layers, bias, batchFirst, dropout, both), 1),
            _ => (RNN(input, hidden, layers, random.Next(2) == 0 ? NonLinearities.ReLU : NonLinearities.Tanh, bias, batchFirst, dropout, both), 1),
        };
        Parity.Shaken(module.Module);
        if (!withStates) states = 0;

        IReadOnlyDictionary<int, string> sequence = batchFirst
            ? SequenceParity.Axes((0, "batch"), (1, "length"))
            : SequenceParity.Axes((0, "length"), (1, "batch"));
        IReadOnlyDictionary<int, string>[] axes = [sequence, .. Enumerable.Repeat(SequenceParity.Axes((1, "batch")), states)];
        SequenceParity.Holds(module, Inputs, axes);

        Tensor[] Inputs(long batch, long length) =>
        [
            batchFirst ? randn(batch, length, input) : randn(length, batch, input),
            .. Enumerable.Range(0, states).Select(_ => randn(layers * (both ? 2 : 1), batch, hidden)),
        ];
    }

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(20)]
    [InlineData(21)]
    public void Every_operator_set_gives_the_same_numbers(int opset)
    {
        var network = new TwoRecurrences();
        SequenceParity.Holds(network, (batch, length) => [randn(batch, length, 3)], [SequenceParity.Axes((0, "batch"), (1, "length"))],
            options: () => new() { Opset = opset });
    }

    [Fact]
    public void Weights_may_be_float16_and_constants_unfolded()
    {
        manual_seed(1);
        var network = new TwoRecurrences();
        IReadOnlyDictionary<int, string>[] axes = [SequenceParity.Axes((0, "batch"), (1, "length"))];
        SequenceParity.Holds(network, (batch, length) => [randn(batch, length, 3)], axes, 1e-2, () => new() { WeightType = OnnxWeightType.Float16 });
        SequenceParity.Holds(network, (batch, length) => [randn(batch, length, 3)], axes, options: () => new() { FoldConstants = false });
    }

    [Fact]
    public void A_layer_that_is_called_twice_has_its_weights_in_the_file_once()
    {
        LSTM lstm = LSTM(3, 3, batchFirst: true);
        using OnnxFile once = OnnxFile.Of(new Network(x => lstm.call(x).Item1, lstm), randn(2, 4, 3));
        using OnnxFile twice = OnnxFile.Of(new Network(x => lstm.call(lstm.call(x).Item1).Item1, lstm), randn(2, 4, 3));
        Assert.Equal(2, twice.Operators().Count(name => name == "LSTM"));
        Assert.Equal(once.Initializers().Count(name => name.Contains("weight")), twice.Initializers().Count(name => name.Contains("weight")));
    }

    [Fact]
    public void States_that_are_not_given_are_left_to_ONNX_so_that_no_batch_is_in_the_file()
    {
        using OnnxFile file = OnnxFile.Of(GRU(3, 4, batchFirst: true), randn(2, 5, 3));
        using InferenceSession session = file.Open();
        Assert.Equal([-1, 5, 4], session.OutputMetadata["output_0"].Dimensions);
        Assert.Equal([1, -1, 4], session.OutputMetadata["output_1"].Dimensions);
    }

    [Fact]
    public void Finding_a_layers_settings_leaves_modes_hooks_and_random_numbers_alone()
    {
        using var scope = NewDisposeScope();
        LSTM lstm = LSTM(3, 4, 2, dropout: 0.5);
        lstm.train();
        int calls = 0;
        lstm.register_forward_hook((_, _, _, y) => { calls++; return y; });
        manual_seed(5);
        Tensor expected = randn(3);
        manual_seed(5);
        using OnnxFile file = OnnxFile.Of(lstm, zeros(5, 2, 3));
        Assert.True(randn(3).allclose(expected));
        Assert.True(lstm.training);
        // The example and two other inputs, and no more.
        Assert.Equal(3, calls);
    }

    [Fact]
    public void Half_of_an_LSTMs_states_is_refused() =>
        Assert.Contains("a hidden and a cell state, or neither", Assert.ThrowsAny<Exception>(() => OnnxFile.Of(LSTM(3, 4), [randn(5, 2, 3), randn(1, 2, 4)])).Message);

    [Fact]
    public void A_state_of_zeros_made_in_forward_is_refused()
    {
        using var layersOnly = new LayersOnly();
        GRU gru = GRU(3, 4);
        var network = new Network(x => gru.call(x, zeros(1, x.shape[1], 4)).Item1, gru);
        string message = Assert.Throws<InvalidOperationException>(() => OnnxFile.Of(network, randn(5, 2, 3))).Message;
        Assert.Contains("was not produced by any module", message);
    }

    [Fact]
    public void A_weight_that_is_not_a_number_is_named()
    {
        GRU gru = GRU(3, 4);
        using (no_grad()) gru.get_parameter("weight_hh_l0")!.fill_(double.NaN);
        Assert.Contains("not finite", Assert.Throws<InvalidOperationException>(() => OnnxFile.Of(gru, randn(5, 2, 3))).Message);
    }

    /// <summary>Layers inside a user's module: an LSTM's output feeds a GRU, whose last state is the answer.</summary>
    private sealed class TwoRecurrences : Module<Tensor, Tensor>
    {
        private readonly LSTM lstm = LSTM(3, 5, 2, batchFirst: true, bidirectional: true);
        private readonly GRU gru = GRU(10, 4, batchFirst: true);
        private readonly Select last = new(0, -1);
        private readonly Linear head = Linear(4, 2);

        public TwoRecurrences()
            : base(nameof(TwoRecurrences)) => RegisterComponents();

        public override Tensor forward(Tensor input) => head.call(last.call(gru.call(lstm.call(input).Item1).Item2));
    }
}

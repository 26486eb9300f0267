using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

/// <summary>Recurrent layers against PyTorch 1.13: seed 7 before the layer is made, input and states sin(0), sin(1), …; the last numbers.</summary>
[Collection(nameof(AloneCollection))]
public class RecurrentTests
{
    [Fact]
    public void LSTM_computes_what_PyTorch_computes()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var (output, hidden, cell) = LSTM(3, 4).call(Numbers.Sines(5, 2, 3));

        Assert.Equal([5, 2, 4], output.shape);
        AssertLast([0.2308263f, -0.02017298f, -0.1830473f, 0.2334985f, 0.1769253f, -0.2052881f], output);
        AssertLast([0.2308263f, -0.02017298f, -0.1830473f, 0.2334985f, 0.1769253f, -0.2052881f], hidden);
        AssertLast([0.4289396f, -0.05906918f, -0.3779565f, 0.5437251f, 0.6334251f, -0.5587314f], cell);
    }

    [Fact]
    public void LSTM_of_two_layers_and_directions_starts_from_the_given_states()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var lstm = LSTM(3, 2, 2, batchFirst: true, bidirectional: true);
        var (output, hidden, cell) = lstm.call(Numbers.Sines(2, 4, 3), (Numbers.Sines(4, 2, 2), Numbers.Sines(4, 2, 2) * 0.5));

        Assert.Equal([2, 4, 4], output.shape);
        Assert.Equal([4, 2, 2], hidden.shape);
        AssertLast([0.2190762f, -0.1107912f, 0.2022502f, -0.1606766f, 0.3261268f, -0.03375506f], output);
        AssertLast([0.2022502f, -0.1606766f, -0.3413835f, -0.2126794f, 0.02458755f, -0.1641265f], hidden);
        AssertLast([0.7961502f, -0.3792981f, -0.6874765f, -0.4811497f, 0.04401414f, -0.4013968f], cell);
    }

    [Fact]
    public void LSTM_without_bias_computes_what_PyTorch_computes()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var (output, _, cell) = LSTM(2, 3, bias: false).call(Numbers.Sines(3, 1, 2));
        AssertLast([-0.1191963f, -0.04598822f, -0.01435906f, 0.08020926f, 0.02243525f, 0.05498738f], output);
        AssertLast([0.1666542f, 0.04936042f, 0.1427967f], cell);
    }

    [Fact]
    public void GRU_computes_what_PyTorch_computes()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var (output, hidden) = GRU(3, 4).call(Numbers.Sines(5, 2, 3));
        AssertLast([-0.3930914f, 0.1275432f, -0.02241462f, 0.04785002f, 0.01208611f, -0.6012049f], output);
        AssertLast([-0.3930914f, 0.1275432f, -0.02241462f, 0.04785002f, 0.01208611f, -0.6012049f], hidden);
    }

    [Fact]
    public void GRU_of_two_layers_and_directions_starts_from_the_given_state()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var (output, hidden) = GRU(3, 2, 2, batchFirst: true, bidirectional: true).call(Numbers.Sines(2, 4, 3), Numbers.Sines(4, 2, 2));
        AssertLast([0.8223182f, -0.4969318f, -0.4543217f, -0.5961848f, 0.8439708f, -0.4994575f], output);
        AssertLast([-0.4543217f, -0.5961848f, 0.779336f, -0.3435779f, 0.8415365f, -0.5314702f], hidden);
    }

    [Fact]
    public void RNN_computes_what_PyTorch_computes()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var (output, _) = RNN(3, 4).call(Numbers.Sines(5, 2, 3));
        AssertLast([0.8466541f, 0.601252f, 0.07639454f, -0.1422615f, 0.6846218f, 0.8846738f], output);

        manual_seed(7);
        var both = RNN(3, 4, 2, NonLinearities.ReLU, bidirectional: true);
        (output, var hidden) = both.call(Numbers.Sines(5, 2, 3), Numbers.Sines(4, 2, 4));
        AssertLast([0f, 0.04113567f, 0f, 0.9381815f, 0.1214012f, 0.7285322f], output);
        AssertLast([0f, 0.529586f, 0f, 0f, 0f, 0f], hidden);
        Assert.Same(both.get_parameter("weight_hh_l0_reverse"), both.get_weight_hh(1));
    }

    [Fact]
    public void Weights_have_PyTorchs_names_in_PyTorchs_order()
    {
        using var lstm = LSTM(3, 2, 2, bidirectional: true);
        Assert.Equal(
            [
                "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0",
                "weight_ih_l0_reverse", "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse",
                "weight_ih_l1", "weight_hh_l1", "bias_ih_l1", "bias_hh_l1",
                "weight_ih_l1_reverse", "weight_hh_l1_reverse", "bias_ih_l1_reverse", "bias_hh_l1_reverse",
            ],
            lstm.named_parameters().Select(weight => weight.name));
        Assert.Equal([8, 4], lstm.get_parameter("weight_ih_l1")!.shape);
    }

    [Fact]
    public void Gradients_reach_every_weight()
    {
        using var scope = NewDisposeScope();
        using var gru = GRU(3, 2, 2, bidirectional: true);
        gru.call(Numbers.Sines(4, 2, 3)).Item1.sum().backward();
        Assert.All(gru.parameters(), weight => Assert.True(weight.grad!.abs().sum().item<float>() > 0));
    }

    [Fact]
    public void Dropout_between_layers_ends_with_training()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var lstm = LSTM(3, 4, 2, dropout: 0.5);
        Tensor input = Numbers.Sines(5, 2, 3);
        Assert.False(lstm.call(input).Item1.allclose(lstm.call(input).Item1));
        lstm.eval();
        Assert.True(lstm.call(input).Item1.allclose(lstm.call(input).Item1));
    }

    [Fact]
    public void Another_element_type_holds_for_weights_and_results()
    {
        using var scope = NewDisposeScope();
        using var lstm = LSTM(3, 4, dtype: ScalarType.Float64);
        Assert.All(lstm.parameters(), weight => Assert.Equal(ScalarType.Float64, weight.dtype));
        Assert.Equal(ScalarType.Float64, lstm.call(Numbers.Sines(5, 2, 3).to_type(ScalarType.Float64)).Item1.dtype);
    }

    [Fact]
    public void A_wrong_number_of_features_is_named()
    {
        using var scope = NewDisposeScope();
        using var lstm = LSTM(3, 4);
        var error = Assert.ThrowsAny<Exception>(() => lstm.call(Numbers.Sines(5, 2, 2)));
        Assert.Contains("Expected 3, got 2", error.Message, StringComparison.Ordinal);
    }

    private static void AssertLast(float[] expected, Tensor actual)
    {
        using Tensor flat = actual.flatten();
        using Tensor last = flat.narrow(0, flat.numel() - expected.Length, expected.Length);
        Numbers.AssertClose(expected, last, 2e-6);
    }
}

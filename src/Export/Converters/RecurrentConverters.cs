using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Converters;

/// <summary>
/// Recurrent layers. Sizes, layers, directions and biases follow from the parameters; whether the batch comes first, and
/// an RNN's activation, from how the layer answers a small input.
/// </summary>
internal static class RecurrentConverters
{
    public static Converter[] All { get; } =
    [
        Converter.For<LSTM>((layer, call) => Write(layer, call, _ => "lstm", x => layer.forward(x).Item2)),
        Converter.For<GRU>((layer, call) => Write(layer, call, _ => "gru", x => layer.forward(x).Item2)),
        Converter.For<RNN>((layer, call) => Write(layer, call, weights => ActivationOf(layer, weights, call.Path), x => layer.forward(x, null).Item2)),
    ];

    private static void Write(Module module, OnnxCall call, Func<Dictionary<string, Parameter>, string> operation, Func<Tensor, Tensor> finalState)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Dictionary<string, Parameter> weights = module.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        bool hasBias = weights.ContainsKey("bias_ih_l0"), bidirectional = weights.ContainsKey("weight_ih_l0_reverse");
        int layers = weights.Keys.Count(name => name.StartsWith("weight_ih_l", StringComparison.Ordinal)) / (bidirectional ? 2 : 1);
        string[] kinds = hasBias ? ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] : ["weight_ih", "weight_hh"], ends = bidirectional ? ["", "_reverse"] : [""];
        object?[] inOrder = [.. from layer in Enumerable.Range(0, layers) from end in ends from kind in kinds select weights[$"{kind}_l{layer}{end}"]];
        // The final state is [layers · directions, batch, hidden] whichever way the input lies.
        Parameter first = weights["weight_ih_l0"];
        bool batchFirst = finalState(zeros([2, 3, first.shape[1]], dtype: first.dtype, device: first.device)).shape[1] == 2;
        object?[] states = [.. Enumerable.Range(1, call.OutputCount - 1).Where(call.HasInput).Select(i => (object?)call.Traced(i))];
        OnnxValue[] results = (OnnxValue[])call.Operation(
            operation(weights), call.Traced(0), call.OutputCount > 2 ? states : states.FirstOrDefault(), inOrder, hasBias, layers, 0.0, false, bidirectional, batchFirst).Write();
        for (int i = 0; i < results.Length; i++) call.SetOutput(results[i], i);
    }

    // After one step from nothing, the first layer's state is the activation of a sum that we can compute.
    private static string ActivationOf(RNN layer, Dictionary<string, Parameter> weights, string path)
    {
        Parameter first = weights["weight_ih_l0"];
        Tensor x = ProbeInput.Like(first, 1, 1, 1, first.shape[1]);
        Tensor sum = functional.linear(x.reshape(1, -1), first, weights.TryGetValue("bias_ih_l0", out Parameter? bias) ? bias + weights["bias_hh_l0"] : null);
        Tensor state = layer.forward(x, null).Item2.narrow(0, 0, 1).reshape(1, -1);
        return state.allclose(sum.tanh(), rtol: 1e-4, atol: 1e-6) ? "rnn_tanh" : state.allclose(sum.relu(), rtol: 1e-4, atol: 1e-6) ? "rnn_relu"
            : throw new NotSupportedException($"'{path}' (RNN) computes neither with tanh nor with ReLU; ONNX has no form for it.");
    }
}

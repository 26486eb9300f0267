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
    // PyTorch has input, forget, cell, output; ONNX input, output, forget, cell.
    private static readonly int[] LstmGates = [0, 3, 1, 2];

    // PyTorch has reset, update, new; ONNX update, reset, hidden.
    private static readonly int[] GruGates = [1, 0, 2];

    private static readonly int[] RnnGates = [0];

    public static Converter[] All { get; } =
    [
        Converter.For<LSTM>((layer, call) => Write(layer, call, "LSTM", LstmGates, x => layer.forward(x).Item2, _ => [])),
        // The reset gate is applied after the state's matrix.
        Converter.For<GRU>((layer, call) => Write(layer, call, "GRU", GruGates, x => layer.forward(x).Item2, _ => [("linear_before_reset", 1)])),
        Converter.For<RNN>((layer, call) => Write(layer, call, "RNN", RnnGates, x => layer.forward(x, null).Item2,
            weights => [("activations", RnnActivations(layer, weights, call.Path))])),
    ];

    private static void Write(
        Module module, OnnxCall call, string operation, int[] gates, Func<Tensor, Tensor> finalState,
        Func<RecurrentWeights, (string, OnnxAttributeValue)[]> attributesOf)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var weights = new RecurrentWeights(module, call.Path, gates);
        bool batchFirst = IsBatchFirst(finalState, weights);
        int stateCount = call.OutputCount - 1, directions = weights.DirectionCount;
        (string, OnnxAttributeValue)[] attributes =
        [
            ("hidden_size", weights.HiddenSize), ("direction", directions == 2 ? "bidirectional" : "forward"), .. attributesOf(weights),
        ];

        OnnxValue x = batchFirst ? call.Input().Transpose(1, 0, 2) : call.Input();
        var final = new OnnxValue[stateCount, weights.LayerCount];
        for (int layer = 0; layer < weights.LayerCount; layer++)
        {
            OnnxValue[] results = call.Nodes(operation,
            [
                x, call.DerivedWeight(weights.Matrix("weight_ih", layer), $"input_weight_l{layer}"),
                call.DerivedWeight(weights.Matrix("weight_hh", layer), $"state_weight_l{layer}"),
                weights.HasBias ? call.DerivedWeight(weights.Bias(layer), $"bias_l{layer}") : null,
                null, .. Enumerable.Range(1, stateCount).Select(state => InitialState(call, state, layer, weights)),
            ], 1 + stateCount, attributes);
            for (int state = 0; state < stateCount; state++) final[state, layer] = results[1 + state];
            x = JoinDirections(call, results[0], weights, batchFirst: batchFirst && layer == weights.LayerCount - 1);
        }

        call.SetOutput(x);
        for (int state = 0; state < stateCount; state++)
        {
            OnnxValue[] layers = [.. Enumerable.Range(0, weights.LayerCount).Select(layer => final[state, layer])];
            call.SetOutput(layers.Length == 1 ? layers[0] : call.Concat(0, layers), 1 + state);
        }
    }

    // Left out, it is zero for any batch. [layers · directions, batch, hidden], forward and reverse of a layer side by side.
    private static OnnxValue? InitialState(OnnxCall call, int state, int layer, RecurrentWeights weights)
    {
        if (!call.HasInput(state)) return null;
        OnnxValue all = call.Input(state);
        int directions = weights.DirectionCount;
        return weights.LayerCount == 1 ? all : all.Slice(0, layer * directions, (layer + 1) * directions);
    }

    // ONNX gives [length, directions, batch, hidden].
    private static OnnxValue JoinDirections(OnnxCall call, OnnxValue y, RecurrentWeights weights, bool batchFirst)
    {
        if (weights.DirectionCount == 1)
        {
            OnnxValue sequence = y.Node("Squeeze", call.Constant([1]));
            return batchFirst ? sequence.Transpose(1, 0, 2) : sequence;
        }

        OnnxValue sideBySide = batchFirst ? y.Transpose(2, 0, 1, 3) : y.Transpose(0, 2, 1, 3);
        return sideBySide.Reshape(0, 0, weights.DirectionCount * weights.HiddenSize);
    }

    // The final state is [layers · directions, batch, hidden] whichever way the input lies.
    private static bool IsBatchFirst(Func<Tensor, Tensor> finalState, RecurrentWeights weights) =>
        finalState(zeros([2, 3, weights.InputSize], dtype: weights.First.dtype, device: weights.First.device)).shape[1] == 2;

    // After one step from nothing, the first layer's state is the activation of a sum that we can compute.
    private static string[] RnnActivations(RNN layer, RecurrentWeights weights, string path)
    {
        Tensor x = ProbeInput.Like(weights.First, 1, 1, 1, weights.InputSize);
        Tensor sum = functional.linear(x.reshape(1, -1), weights["weight_ih_l0"], weights.HasBias ? weights["bias_ih_l0"] + weights["bias_hh_l0"] : null);
        Tensor state = layer.forward(x, null).Item2.narrow(0, 0, 1).reshape(1, -1);
        string? name = state.allclose(sum.tanh(), rtol: 1e-4, atol: 1e-6) ? "Tanh" : state.allclose(sum.relu(), rtol: 1e-4, atol: 1e-6) ? "Relu" : null;
        if (name is null) throw new NotSupportedException($"'{path}' (RNN) computes neither with tanh nor with ReLU; ONNX has no form for it.");
        return [.. Enumerable.Repeat(name, weights.DirectionCount)];
    }
}

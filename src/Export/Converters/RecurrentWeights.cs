using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Converters;

/// <summary>What the names and shapes of a recurrent layer's parameters tell, and the parameters as ONNX wants them.</summary>
internal sealed class RecurrentWeights
{
    private readonly Dictionary<string, Parameter> parameters;
    private readonly int[] gates;

    /// <param name="module">An LSTM, GRU or RNN.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="gates">For each of ONNX's gates, in order, its place among PyTorch's.</param>
    public RecurrentWeights(Module module, string path, int[] gates)
    {
        this.gates = gates;
        parameters = module.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        LayerCount = parameters.Keys.Count(name => name.StartsWith("weight_ih_l", StringComparison.Ordinal) && !IsReverse(name));
        DirectionCount = parameters.Keys.Any(IsReverse) ? 2 : 1;
        HasBias = parameters.ContainsKey("bias_ih_l0");
        long[] input = parameters["weight_ih_l0"].shape, hidden = parameters["weight_hh_l0"].shape;
        (InputSize, HiddenSize) = (input[1], hidden[1]);
        if (hidden[0] != gates.Length * HiddenSize)
        {
            throw new NotSupportedException(
                $"'{path}' ({module.GetType().Name}) has a 'weight_hh_l0' of [{string.Join(", ", hidden)}], not [{gates.Length * HiddenSize}, {HiddenSize}]: " +
                "layers with projections have no ONNX form.");
        }
    }

    public int LayerCount { get; }

    public int DirectionCount { get; }

    public long InputSize { get; }

    public long HiddenSize { get; }

    public bool HasBias { get; }

    public Parameter First => parameters["weight_ih_l0"];

    public Tensor this[string name] => parameters[name];

    /// <summary>[directions, gates · hidden, columns] of a layer: <c>weight_ih</c> or <c>weight_hh</c>.</summary>
    public Tensor Matrix(string kind, int layer) => stack([.. Suffixes(layer).Select(suffix => InOrder(parameters[kind + suffix]))]);

    /// <summary>[directions, 2 · gates · hidden] of a layer: the input's biases, then the state's.</summary>
    public Tensor Bias(int layer) =>
        stack([.. Suffixes(layer).Select(suffix => cat([InOrder(parameters["bias_ih" + suffix]), InOrder(parameters["bias_hh" + suffix])]))]);

    private IEnumerable<string> Suffixes(int layer) => DirectionCount == 1 ? [$"_l{layer}"] : [$"_l{layer}", $"_l{layer}_reverse"];

    private Tensor InOrder(Tensor rows) => cat([.. gates.Select(gate => rows.narrow(0, gate * HiddenSize, HiddenSize))]);

    private static bool IsReverse(string name) => name.EndsWith("_reverse", StringComparison.Ordinal);
}

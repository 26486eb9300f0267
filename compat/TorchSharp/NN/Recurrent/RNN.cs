using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A plain (Elman) recurrent network, of one or more layers, in one or both directions.</summary>
public sealed class RNN : nn.Module<Tensor, Tensor?, (Tensor, Tensor)>
{
    private static readonly Operator tanh = new("aten::rnn_tanh", "input"), relu = new("aten::rnn_relu", "input");
    private readonly Operator operation;
    private readonly RecurrentSettings settings;

    internal RNN(RecurrentSettings settings, nn.NonLinearities nonLinearity)
        : base("torch::nn::RNNImpl")
    {
        this.settings = settings;
        operation = nonLinearity == nn.NonLinearities.ReLU ? relu : tanh;
        foreach (var (name, weight) in settings.MakeWeights(gates: 1))
            Own(name, weight);
    }

    public override (Tensor, Tensor) forward(Tensor input, Tensor? h0)
    {
        using Tensor? zero = h0 is null ? settings.ZeroState(input) : null;
        Tensor[] results = settings.Run(operation, input, h0 ?? zero, this);
        return (results[0], results[1]);
    }

    public new (Tensor, Tensor) call(Tensor input, Tensor? h0 = null) => base.call(input, h0);

    /// <summary>For CUDA's kernels; elsewhere it does nothing.</summary>
    public void flatten_parameters()
    {
    }

    public Parameter? get_bias_ih(long idx) => Nth("bias_ih", idx);

    public Parameter? get_bias_hh(long idx) => Nth("bias_hh", idx);

    public Parameter? get_weight_ih(long idx) => Nth("weight_ih", idx);

    public Parameter? get_weight_hh(long idx) => Nth("weight_hh", idx);

    // With two directions, the weights of one kind alternate: forward, reverse, forward, ...
    private Parameter? Nth(string kind, long index) => named_parameters(recurse: false)
        .Where(weight => weight.name.StartsWith(kind, StringComparison.Ordinal))
        .Select(weight => weight.parameter)
        .ElementAtOrDefault(checked((int)index));
}

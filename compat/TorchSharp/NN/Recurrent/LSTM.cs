using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Long short-term memory, of one or more layers, in one or both directions.</summary>
public sealed class LSTM : nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>
{
    private static readonly Operator operation = new("aten::lstm", "input");
    private readonly RecurrentSettings settings;

    internal LSTM(RecurrentSettings settings)
        : base("torch::nn::LSTMImpl")
    {
        this.settings = settings;
        foreach (var (name, weight) in settings.MakeWeights(gates: 4))
            Own(name, weight);
    }

    public override (Tensor, Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null)
    {
        using Tensor? zero = h0_c0 is null ? settings.ZeroState(input) : null;
        var (h0, c0) = h0_c0 ?? (zero!, zero!);
        Tensor[] results = settings.Run(operation, input, (Arg)new[] { h0, c0 }, this);
        return (results[0], results[1], results[2]);
    }

    public new (Tensor, Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

    /// <summary>For CUDA's kernels; elsewhere it does nothing.</summary>
    public void flatten_parameters()
    {
    }
}

// As in the real one, whose GRU says nothing about null: it is a Module of Tensor and of Tensor? alike.
#nullable disable annotations
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Gated recurrent units, of one or more layers, in one or both directions.</summary>
public sealed class GRU : nn.Module<Tensor, Tensor, (Tensor, Tensor)>
{
    private static readonly Operator operation = new("aten::gru", "input");
    private readonly RecurrentSettings settings;

    internal GRU(RecurrentSettings settings)
        : base("torch::nn::GRUImpl")
    {
        this.settings = settings;
        foreach (var (name, weight) in settings.MakeWeights(gates: 3))
            Own(name, weight);
    }

    public override (Tensor, Tensor) forward(Tensor input, Tensor h0 = null)
    {
        using Tensor zero = h0 is null ? settings.ZeroState(input) : null;
        Tensor[] results = settings.Run(operation, input, h0 ?? zero, this);
        return (results[0], results[1]);
    }

    public new (Tensor, Tensor) call(Tensor input, Tensor h0 = null) => base.call(input, h0);

    /// <summary>For CUDA's kernels; elsewhere it does nothing.</summary>
    public void flatten_parameters()
    {
    }
}

using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

/// <summary>A small network with something of every kind: fields, a Sequential, a list, a parameter and a buffer of its own.</summary>
internal sealed class TwoLayers : Module<Tensor, Tensor>
{
    private readonly Linear first = Linear(3, 4);
    private readonly Sequential rest = Sequential(("norm", BatchNorm1d(4)), ("act", ReLU()), ("drop", Dropout(0.5)));
    private readonly ModuleList<Module<Tensor, Tensor>> heads = ModuleList<Module<Tensor, Tensor>>(Linear(4, 2), Identity());

    [ComponentName(Name = "gain")]
    private readonly Parameter scale = Parameter(ones(2));
    private readonly Tensor offset = zeros(2);

    public TwoLayers()
        : base(nameof(TwoLayers)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = rest.call(first.call(input));
        foreach (var head in heads)
            hidden = head.call(hidden);
        return hidden.mul(scale).add(offset).MoveToOuterDisposeScope();
    }
}

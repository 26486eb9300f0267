using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Attention, then a network for each step, each added to its input and normalised: [length, N, size] → the same.</summary>
internal sealed class TransformerEncoderBlock : Module<Tensor, Tensor>
{
    private readonly MultiheadAttention attention;
    private readonly Sequential steps;
    private readonly LayerNorm norm1, norm2;
    private readonly Dropout dropout = Dropout(0.1);
    private readonly Add add1 = new(), add2 = new();

    public TransformerEncoderBlock(long size, long heads)
        : base(nameof(TransformerEncoderBlock))
    {
        attention = MultiheadAttention(size, heads, dropout: 0.1);
        steps = Sequential(Linear(size, 4 * size), GELU(), Dropout(0.1), Linear(4 * size, size));
        (norm1, norm2) = (LayerNorm(size), LayerNorm(size));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor seen = attention.call(input, input, input, need_weights: false).Item1;
        Tensor x = norm1.call(add1.call(input, dropout.call(seen)));
        return norm2.call(add2.call(x, dropout.call(steps.call(x))));
    }
}

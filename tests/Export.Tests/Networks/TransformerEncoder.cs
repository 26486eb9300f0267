using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>
/// The encoder of Vaswani et al. 2017, section 3.1, with learnt positions, as a classifier by the mean over the sequence:
/// tokens int64 [N, length] → logits [N, classes].
/// </summary>
internal sealed class TransformerEncoder : Module<Tensor, Tensor>
{
    private readonly Embedding tokens, places;
    private readonly Positions positions = new(axis: 1);
    private readonly Add add = new();
    private readonly Permute lengthFirst = new(1, 0, 2);
    private readonly Sequential layers;
    private readonly Mean mean = new([0]);
    private readonly Linear head;

    public TransformerEncoder(long vocabulary, long longest, long size = 48, long heads = 4, int depth = 2, long classes = 10)
        : base(nameof(TransformerEncoder))
    {
        tokens = Embedding(vocabulary, size);
        places = Embedding(longest, size);
        layers = Sequential(Enumerable.Range(0, depth).Select(_ => new TransformerEncoderBlock(size, heads)));
        head = Linear(size, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x = add.call(tokens.call(input), places.call(positions.call(input)));
        return head.call(mean.call(layers.call(lengthFirst.call(x))));
    }
}

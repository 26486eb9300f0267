using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>
/// A classifier of token sequences: two layers of long short-term memory (Hochreiter and Schmidhuber 1997) in both
/// directions, of which the last step decides: tokens int64 [N, length] → logits [N, classes].
/// </summary>
internal sealed class LstmClassifier : Module<Tensor, Tensor>
{
    private readonly Embedding tokens;
    private readonly LSTM lstm;
    private readonly Select last = new(axis: 1, index: -1);
    private readonly Dropout dropout = Dropout(0.5);
    private readonly Linear head;

    public LstmClassifier(long vocabulary, long size = 32, long hidden = 48, long classes = 10)
        : base(nameof(LstmClassifier))
    {
        tokens = Embedding(vocabulary, size);
        lstm = LSTM(size, hidden, numLayers: 2, batchFirst: true, dropout: 0.5, bidirectional: true);
        head = Linear(2 * hidden, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        (Tensor steps, _, _) = lstm.call(tokens.call(input));
        return head.call(dropout.call(last.call(steps)));
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Docs;

/// <summary>Layers on sequences, with settings drawn at random, and inputs that suit them.</summary>
internal static class SequenceLayers
{
    private const int Batch = 2, Length = 3, Features = 4;

    public static Dictionary<string, Func<Random, (ExportableModule Module, Tensor[] Inputs)>> All { get; } = new()
    {
        [nameof(Embedding)] = r => (Embedding(9, Features), [randint(0, 9, [Batch, Length], int64)]),
        [nameof(LSTM)] = r => (LSTM(Features, 5, r.Next(1, 3), batchFirst: r.Next(2) == 0, bidirectional: r.Next(2) == 0), [Sequence()]),
        [nameof(GRU)] = r => (GRU(Features, 5, r.Next(1, 3), batchFirst: r.Next(2) == 0, bidirectional: r.Next(2) == 0), [Sequence()]),
        [nameof(RNN)] = r => (RNN(Features, 5, r.Next(1, 3), batchFirst: r.Next(2) == 0, bidirectional: r.Next(2) == 0), [Sequence()]),
        [nameof(MultiheadAttention)] = r => (MultiheadAttention(Features, 2), [Sequence(), Sequence(), Sequence()]),
        [nameof(Positions)] = r => (new Positions(), [Sequence()]),
        [nameof(Select)] = r => (new Select(1, r.Next(-1, 2)), [Sequence()]),
        [nameof(MatMul)] = r => (new MatMul(), [Sequence(), rand(Batch, Features, 5)]),
        [nameof(TopK)] = r => (new TopK(r.Next(1, 4)), [rand(Batch, Features)]),
    };

    private static Tensor Sequence() => rand(Batch, Length, Features);
}

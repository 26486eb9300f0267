using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class EmbeddingTests
{
    private const int Configurations = 20;

    /// <summary>The converters that these tests cover.</summary>
    public static IReadOnlyList<string> Layers { get; } = [nameof(Embedding)];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, Configurations)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Looked_up_rows_are_the_same(int seed)
    {
        manual_seed(seed);
        var random = new Random(seed);
        long count = random.Next(1, 9), size = random.Next(1, 6);
        ScalarType type = random.Next(2) == 0 ? ScalarType.Int64 : ScalarType.Int32;
        Embedding embedding = Embedding(count, size, padding_idx: random.Next(2) == 0 ? random.Next((int)count) : null);
        SequenceParity.Holds(embedding, (batch, length) => [randint(0, count, [batch, length], type)], [SequenceParity.Axes((0, "batch"), (1, "length"))]);
    }

    [Fact]
    public void A_table_that_another_layer_shares_is_in_the_file_once()
    {
        Embedding embedding = Embedding(7, 4);
        Linear head = Linear(4, 7, hasBias: false);
        head.weight = embedding.weight!;
        var network = new Network(x => head.call(embedding.call(x)), embedding, head);
        using OnnxFile file = OnnxFile.Of(network, randint(0, 7, [2, 3], int64), new OnnxExportOptions { FoldConstants = false });
        Assert.Single(file.Initializers(), name => name.Contains("weight"));
    }

    [Fact]
    public void Max_norm_that_changes_the_table_is_refused_and_the_table_is_as_before()
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        Embedding embedding = Embedding(50, 8, max_norm: 1);
        Tensor input = tensor(new long[] { 0, 1 }, [2, 1]);
        embedding.call(input);
        embedding.call(1 - input + 2);
        Tensor before = embedding.weight!.detach().clone();
        // The example's own calls shorten the rows that they look up; here these are short already.
        string message = Assert.Throws<NotSupportedException>(() => OnnxFile.Of(embedding, input)).Message;
        Assert.Contains("max_norm", message);
        Assert.True(embedding.weight!.detach().allclose(before, rtol: 0, atol: 0));
    }

    [Fact]
    public void Max_norm_that_no_row_reaches_changes_nothing()
    {
        Embedding embedding = Embedding_from_pretrained(rand(6, 4), max_norm: 10);
        SequenceParity.Holds(embedding, (batch, length) => [randint(0, 6, [batch, length], int64)], [SequenceParity.Axes((0, "batch"), (1, "length"))]);
    }
}

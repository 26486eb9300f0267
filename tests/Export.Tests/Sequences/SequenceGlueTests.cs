using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>The glue modules that networks over sequences are made with.</summary>
public class SequenceGlueTests
{
    private static readonly IReadOnlyDictionary<int, string> BatchAndLength = SequenceParity.Axes((0, "batch"), (1, "length"));

    [Theory]
    [InlineData(1, -1)]
    [InlineData(1, 0)]
    [InlineData(-1, 2)]
    [InlineData(2, -3)]
    public void Select_takes_one_position_of_an_axis(long axis, long index)
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(2, 4, 3);
        Tensor expected = x.moveaxis([axis], [0])[(int)(index < 0 ? index + x.shape[axis < 0 ? axis + 3 : axis] : index)];
        Assert.True(new Select(axis, index).call(x).allclose(expected));
        SequenceParity.Holds(new Select(axis, index), (batch, length) => [randn(batch, length, 3)], [BatchAndLength]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-2)]
    [InlineData(2)]
    public void Positions_count_along_an_axis(long axis)
    {
        using var scope = NewDisposeScope();
        Assert.Equal([0, 1, 2, 3], new Positions(1).call(randn(2, 4, 3)).data<long>().ToArray());
        SequenceParity.Holds(new Positions(axis), (batch, length) => [randn(batch, length, 3)], [BatchAndLength]);
    }

    [Fact]
    public void Divide_and_MatMul_are_what_they_say()
    {
        using var scope = NewDisposeScope();
        Tensor a = rand(2, 4, 3) + 1, b = rand(2, 3, 5) + 1;
        Assert.True(new Divide().call(a, a).allclose(ones(2, 4, 3)));
        Assert.True(new MatMul().call(a, b).allclose(einsum("nij,njk->nik", a, b)));
        SequenceParity.Holds(new Divide(), (batch, length) => [randn(batch, length, 3), rand(batch, length, 3) + 1], [BatchAndLength, BatchAndLength]);
        SequenceParity.Holds(new MatMul(), (batch, length) => [randn(batch, length, 3), randn(batch, 3, 5)], [BatchAndLength, SequenceParity.Axes((0, "batch"))]);
    }

    [Fact]
    public void A_module_of_four_tensors_exports()
    {
        SequenceParity.Holds(new SumOfFour(), (batch, _) => [randn(batch, 3), randn(batch, 3), randn(batch, 3), randn(batch, 3)],
            [.. Enumerable.Repeat(SequenceParity.Axes((0, "batch")), 4)]);
    }

    private sealed class SumOfFour : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
    {
        private readonly Add add = new();

        public SumOfFour()
            : base(nameof(SumOfFour)) => RegisterComponents();

        public override Tensor forward(Tensor a, Tensor b, Tensor c, Tensor d) => add.call(add.call(a, b), add.call(c, d));
    }
}

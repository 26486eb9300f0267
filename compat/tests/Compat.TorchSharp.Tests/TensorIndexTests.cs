using System.Runtime.InteropServices;
using static TorchSharp.torch.TensorIndex;

namespace Compat.TorchSharpTests;

public class TensorIndexTests
{
    // 0 … 23 in 2×3×4
    private static Tensor Cube() => arange(24).reshape(2, 3, 4);

    private static long[] Elements(Tensor t) => t.data<long>().ToArray();

    [Fact]
    public void Integers_pick_from_the_left_and_negative_ones_from_the_end()
    {
        using var scope = NewDisposeScope();
        var x = Cube();
        Assert.Equal(23, x[-1, -1, -1].item<long>());
        Assert.Equal([16L, 17L, 18L, 19L], Elements(x[1, 1]));
        Assert.Equal([3L, 4L], x[0].shape);
        Assert.Equal(6, x[0, 1, 2].ToInt64());
    }

    [Fact]
    public void Slices_take_start_stop_and_step()
    {
        using var scope = NewDisposeScope();
        var x = arange(10);
        Assert.Equal([2L, 3L, 4L], Elements(x[Slice(2, 5)]));
        Assert.Equal([1L, 4L, 7L], Elements(x[Slice(1, null, 3)]));
        Assert.Equal([8L, 9L], Elements(x[Slice(-2)]));
        Assert.Equal([2L, 3L], Elements(x[2..4]));
        Assert.Equal([7L, 8L], Elements(x[^3..^1]));
        Assert.Equal([8L, 9L], Elements(x[8..]));
    }

    [Fact]
    public void Ellipsis_stands_for_the_dimensions_between_and_None_adds_one()
    {
        using var scope = NewDisposeScope();
        var x = Cube();
        Assert.Equal([0L, 4L, 8L, 12L, 16L, 20L], Elements(x[Ellipsis, 0]));
        Assert.Equal([2L, 1L, 3L, 4L], x[Colon, None].shape);
        Assert.Equal([2L, 3L, 4L, 1L], x[Ellipsis, None].shape);
    }

    [Fact]
    public void A_tensor_of_integers_picks_and_a_tensor_of_truth_values_selects()
    {
        using var scope = NewDisposeScope();
        var x = arange(5) * 10;
        Assert.Equal([40L, 0L, 0L], Elements(x[tensor(new[] { 4L, 0L, 0L })]));
        Assert.Equal([30L, 40L], Elements(x[x > 20]));
        var y = Cube();
        Assert.Equal([2L, 2L, 4L], y[Colon, TensorIndex.Tensor(tensor(new[] { 2L, 0L }))].shape);
    }

    [Fact]
    public void An_assignment_writes_through_any_subscript()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3, dtype: int64);
        x[0, 1] = tensor(5L);
        x[1, Slice(1)] = tensor(new[] { 7L, 8L });
        x[TensorIndex.Tensor(x == 0)] = tensor(-1L);
        Assert.Equal([-1L, 5L, -1L, -1L, 7L, 8L], Elements(x));
        x[Colon, 0] = 9L;
        Assert.Equal([9L, 5L, -1L, 9L, 7L, 8L], Elements(x));
    }

    [Fact]
    public void Accumulating_adds_where_indices_repeat()
    {
        using var scope = NewDisposeScope();
        var x = zeros(3);
        x.index_put_(ones(3), [tensor(new[] { 0L, 0L, 2L })], accumulate: true);
        Assert.Equal([2f, 0f, 1f], x.data<float>().ToArray());
    }

    [Fact]
    public void A_subscript_out_of_range_is_refused()
    {
        using var x = arange(3);
        var error = Assert.Throws<ExternalException>(() => x[3]);
        Assert.Contains("index 3 is out of bounds for dimension 0 with size 3", error.Message);
    }

    [Fact]
    public void Gather_scatter_and_select_agree_with_their_definitions()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new long[,] { { 1, 2 }, { 3, 4 } });
        var index = tensor(new long[,] { { 0, 0 }, { 1, 0 } });
        Assert.Equal([1L, 1L, 4L, 3L], Elements(x.gather(1, index)));
        var scattered = zeros(2, 2, dtype: int64).scatter_(1, tensor(new long[,] { { 1 }, { 0 } }), tensor(new long[,] { { 5 }, { 6 } }));
        Assert.Equal([0L, 5L, 6L, 0L], Elements(scattered));
        Assert.Equal([3L, 4L], Elements(x.select(0, 1)));
        Assert.Equal([2L, 4L], Elements(x.index_select(1, tensor(new[] { 1L })).flatten()));
        Assert.Equal([1L, -1L, 3L, -1L], Elements(x.masked_fill(x % 2 == 0, -1)));
        Assert.Equal([3L, 4L], Elements(x.masked_select(x > 2)));
        Assert.Equal([0L, 0L, 3L, 4L], Elements(where(x > 2, x, zeros_like(x))));
    }
}

using System.Runtime.InteropServices;

namespace Compat.TorchSharpTests;

public class DispatchTests
{
    [Fact]
    public void Arguments_left_out_take_the_defaults_of_the_schema()
    {
        var add = new Operator("aten::add", "Tensor");
        using var a = tensor(new[] { 1f, 2f });
        using var b = tensor(new[] { 10f, 20f });
        using var plain = add.Call(a, b);
        using var scaled = add.Call(a, b, 2);
        Assert.Equal([11f, 22f], plain.data<float>().ToArray());
        Assert.Equal([21f, 42f], scaled.data<float>().ToArray());
    }

    [Fact]
    public void A_number_becomes_what_the_schema_asks_for()
    {
        using var x = arange(6, dtype: float32).reshape(1, 1, 2, 3);
        // int for a list of two, int for a Scalar, int for a float
        using var pooled = new Operator("aten::avg_pool2d").Call(x, 1, 1);
        using var clamped = new Operator("aten::clamp").Call(x, 1, 4.5);
        using var kept = new Operator("aten::dropout").Call(x, 0, true);
        Assert.Equal(x.shape, pooled.shape);
        Assert.Equal([1f, 1f, 2f, 3f, 4f, 4.5f], clamped.data<float>().ToArray());
        Assert.Equal([0f, 1f, 2f, 3f, 4f, 5f], kept.data<float>().ToArray());
    }

    [Fact]
    public void Several_results_and_lists_come_back_in_order()
    {
        using var x = tensor(new[] { 3f, 1f, 2f });
        var sorted = new Operator("aten::sort").CallMany(x);
        Assert.Equal([1f, 2f, 3f], sorted[0].data<float>().ToArray());
        Assert.Equal([1L, 2L, 0L], sorted[1].data<long>().ToArray());
        var parts = new Operator("aten::split", "Tensor").CallMany(x, 2);
        Assert.Equal([2L, 1L], parts.Select(p => p.numel()));
    }

    [Fact]
    public void A_result_that_was_masked_out_is_null()
    {
        using var x = randn(1, 1, 4, 4);
        using var w = randn(1, 1, 3, 3);
        using var g = randn(1, 1, 2, 2);
        var gradients = new Operator("aten::convolution_backward").CallMany(
            g, x, w, Arg.None, new long[] { 1, 1 }, new long[] { 0, 0 }, new long[] { 1, 1 }, false, new long[] { 0, 0 }, 1,
            new[] { true, false, false });
        Assert.NotNull(gradients[0]);
        Assert.Null(gradients[1]);
        Assert.Null(gradients[2]);
    }

    [Fact]
    public void Lists_of_absent_tensors_text_and_types_pass()
    {
        using var x = arange(6).reshape(2, 3);
        using var index = tensor(new[] { 2L, 0L });
        using var columns = new Operator("aten::index", "Tensor").Call(x, Arg.OptionalTensors([null, index]));
        Assert.Equal([2L, 0L, 5L, 3L], columns.data<long>().ToArray());
        using var halves = new Operator("aten::div", "Tensor_mode").Call(x, tensor(2L), "floor");
        Assert.Equal([0L, 0L, 1L, 1L, 2L, 2L], halves.data<long>().ToArray());
        using var sum = new Operator("aten::sum").Call(x, ScalarType.Float64);
        Assert.Equal(15.0, sum.item<double>());
    }

    [Fact]
    public void A_list_longer_than_the_stack_buffer_passes()
    {
        var shape = Enumerable.Repeat(1L, 60).ToArray();
        using var view = new Operator("aten::cat").Call(shape.Select(_ => ones(2)).ToArray(), 0);
        Assert.Equal(120, view.numel());
        using var many = new Operator("aten::cat").Call(Enumerable.Range(0, 200).Select(k => full(1, k)).ToArray());
        Assert.Equal(Enumerable.Range(0, 200).Select(k => (long)k), many.data<long>());
    }

    [Fact]
    public void The_error_is_libtorchs_message_without_a_backtrace()
    {
        using var a = zeros(2, 3);
        using var b = zeros(2, 3);
        var error = Assert.Throws<ExternalException>(() => a.mm(b));
        Assert.Equal("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", error.Message.Split('\n')[0]);
        Assert.DoesNotContain("frame #", error.Message);
    }

    [Fact]
    public void An_unknown_operator_is_named()
    {
        var error = Assert.Throws<ExternalException>(() => new Operator("aten::no_such_thing").Call());
        Assert.Contains("aten::no_such_thing", error.Message);
    }

    [Fact]
    public void Too_many_arguments_are_refused()
    {
        using var a = zeros(2);
        var error = Assert.Throws<ExternalException>(() => new Operator("aten::relu").Call(a, 1));
        Assert.Contains("aten::relu", error.Message);
    }

    [Fact]
    public void A_disposed_tensor_is_refused_before_the_call()
    {
        var a = zeros(2);
        a.Dispose();
        Assert.True(a.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => a.relu());
    }

    [Fact]
    public void A_call_whose_result_is_released_leaves_nothing_allocated()
    {
        using var a = ones(256);
        for (int k = 0; k < 1000; k++) a.add(a).Dispose();
        long tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount, bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int k = 0; k < 10_000; k++) a.add(a).Dispose();
        // the managed handle itself, and nothing else
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - bytes, 0, 10_000 * 64);
        Assert.Equal(tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}

namespace Compat.TorchSharpTests;

// The fast path must be libtorch's own operator in all but speed.
public class MaxPoolTests
{
    private static readonly Operator Own = new("aten::max_pool2d");

    public static TheoryData<int, int, int, int, int, int, int> Windows()
    {
        var data = new TheoryData<int, int, int, int, int, int, int>();
        var random = new Random(5);
        for (int k = 0; k < 16; k++)
        {
            int height = random.Next(1, 6), width = random.Next(1, 6);
            data.Add(k, height, width, random.Next(1, 4), random.Next(1, 4), random.Next(0, height / 2 + 1), random.Next(0, width / 2 + 1));
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Values_and_gradients_are_those_of_libtorch(int seed, int height, int width, int down, int right, int above, int left)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        // Rounded, so that a window's maximum is there more than once.
        var x = (randn(2, 3, 9, 21, generator: generator) * 2).round();
        x[0, 0, 3, 4] = float.NaN;
        x[1, 2] = float.NegativeInfinity;
        Tensor Run(Operator op, Tensor x) =>
            op.Call(x, new long[] { height, width }, new long[] { down, right }, new long[] { above, left }, new long[] { 1, 1 }, false);
        var weights = randn_like(Run(Own, x));
        Tensor[] Results(Operator op, ScalarType type)
        {
            var leaf = x.to(type, copy: true).requires_grad_();
            var y = Run(op, leaf);
            var gradient = autograd.grad([(y.nan_to_num(1, 2, -3) * weights.to(type)).sum()], [leaf], create_graph: false)[0];
            return [y.detach(), gradient];
        }

        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            var (theirs, ours) = (Results(Own, type), Results(Operators.MaxPool2d, type));
            Assert.True(theirs[0].allclose(ours[0], 0, 0, equal_nan: true));
            Assert.True(theirs[1].to(ScalarType.Float32).allclose(ours[1].to(ScalarType.Float32), type == ScalarType.BFloat16 ? 0.02 : 1e-5, type == ScalarType.BFloat16 ? 0.05 : 1e-5));
        }
    }

    [Fact]
    public void Gradients_can_be_differentiated()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Sines(1, 2, 6, 6);
        Tensor Second(Operator op)
        {
            var leaf = x.clone().requires_grad_();
            var y = op.Call(leaf, new long[] { 3, 3 }, new long[] { 2, 2 });
            var first = autograd.grad([y.pow(3).sum()], [leaf], retain_graph: true, create_graph: true)[0];
            return autograd.grad([first.pow(2).sum()], [leaf])[0];
        }
        Numbers.AssertClose(Second(Own).data<float>().ToArray(), Second(Operators.MaxPool2d), 1e-6);
    }

    [Fact]
    public void What_it_does_not_take_goes_to_libtorch()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Sines(2, 3, 7, 8);
        foreach (var each in new[] { x.to(ScalarType.Float64), x.transpose(2, 3), x[0] })
        {
            var expected = Own.Call(each, new long[] { 3, 3 }, new long[] { 2, 2 });
            Assert.True(expected.allclose(Operators.MaxPool2d.Call(each, new long[] { 3, 3 }, new long[] { 2, 2 }), 0, 0));
        }
        Assert.Equal([2, 3, 4, 4], nn.functional.max_pool2d(x, 2, ceil_mode: true).shape);
        Assert.Equal([2, 3, 2, 2], nn.functional.max_pool2d(x, 2, dilation: 4).shape);
    }
}

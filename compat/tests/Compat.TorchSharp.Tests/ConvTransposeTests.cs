using System.Runtime.InteropServices;

namespace Compat.TorchSharpTests;

// The fast path must be libtorch's own operator in all but speed.
public class ConvTransposeTests
{
    private static readonly Operator Own = new("aten::conv_transpose2d", "input");

    public static TheoryData<int, int, int, int, int, int> Shapes()
    {
        var data = new TheoryData<int, int, int, int, int, int>();
        var random = new Random(3);
        for (int k = 0; k < 24; k++)
        {
            int stride = random.Next(1, 4), dilation = random.Next(1, 3);
            data.Add(k, random.Next(1, 6), stride, random.Next(0, 3), random.Next(0, Math.Max(stride, dilation)), random.Next(1, 4));
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_and_gradients_are_those_of_libtorch(int seed, int kernel, int stride, int padding, int outputPadding, int groups)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        int dilation = outputPadding >= stride ? outputPadding + 1 : 1 + seed % 2;
        var x = randn(2, 2 * groups, 5, 6, generator: generator);
        var w = randn(2 * groups, 3, kernel, kernel + 1, generator: generator);
        var b = seed % 3 == 0 ? null : randn(3 * groups, generator: generator);
        Tensor Run(Operator op, Tensor x, Tensor w, Tensor? b) =>
            op.Call(x, w, b, stride, padding, outputPadding, groups, dilation);

        var expected = Run(Own, x, w, b);
        var weights = randn_like(expected);
        Tensor[] Gradients(Operator op)
        {
            var leaves = new[] { x, w, b }.OfType<Tensor>().Select(t => t.clone().requires_grad_()).ToArray();
            var y = Run(op, leaves[0], leaves[1], leaves.Length == 3 ? leaves[2] : null);
            Near(expected, y);
            var first = autograd.grad([(y * weights).sum()], leaves, create_graph: true);
            var second = autograd.grad([first[0].pow(2).sum() + first[1].pow(2).sum()], [leaves[0], leaves[1]]);
            return [.. first, .. second];
        }

        var (theirs, ours) = (Gradients(Own), Gradients(Operators.ConvTranspose2d));
        for (int k = 0; k < theirs.Length; k++) Near(theirs[k], ours[k]);
        using (no_grad()) Near(expected, Run(Operators.ConvTranspose2d, x, w, b));
    }

    [Fact]
    public void Channels_last_batches_give_the_same_values()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 4, 5, 5).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var w = randn(4, 3, 3, 3);
        Near(Own.Call(x, w, Arg.None, 2, 1, 1), Operators.ConvTranspose2d.Call(x, w, Arg.None, 2, 1, 1));
    }

    [Fact]
    public void What_the_fast_path_does_not_know_goes_the_usual_way()
    {
        using var scope = NewDisposeScope();
        var w = randn(4, 3, 3, 3);
        var single = randn(4, 5, 5); // one picture, no batch
        Near(Own.Call(single, w), Operators.ConvTranspose2d.Call(single, w));
        var (x64, w64) = (randn(1, 4, 5, 5, float64), w.to(float64));
        Assert.True(Own.Call(x64, w64).equal(Operators.ConvTranspose2d.Call(x64, w64)).all().ToBoolean());
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_libtorchs_words()
    {
        using var scope = NewDisposeScope();
        var (x, w) = (randn(1, 4, 5, 5), randn(5, 3, 3, 3));
        var theirs = Assert.Throws<ExternalException>(() => Own.Call(x, w));
        var ours = Assert.Throws<ExternalException>(() => Operators.ConvTranspose2d.Call(x, w));
        Assert.Equal(theirs.Message, ours.Message);
        Assert.Throws<ExternalException>(() => Operators.ConvTranspose2d.Call(x, randn(4, 3, 3, 3), Arg.None, 2, 0, 2));
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        double scale = Math.Max(1, expected.abs().max().ToDouble());
        Assert.InRange((expected - actual).abs().max().ToDouble(), 0, 1e-5 * scale);
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Docs;

/// <summary>The numbers of docs/basics.md.</summary>
public sealed partial class BasicsTests
{
    private static readonly Page Basics = Page.Read("docs/basics.md");

    [Fact]
    public void The_sizes_are_the_formulas_and_the_layers()
    {
        int[][] rows = [.. SizeRow().Matches(Basics.Text).Select(row => row.Groups.Values.Skip(1).Select(cell => int.Parse(cell.Value, CultureInfo.InvariantCulture)).ToArray())];
        Assert.InRange(rows.Length, 7, int.MaxValue);
        Assert.All(rows, row =>
        {
            (int size, int k, int s, int valid, int same) = (row[0], row[1], row[2], row[3], row[4]);
            Assert.Equal((int)Math.Ceiling((size - k + 1) / (double)s), valid);
            Assert.Equal((int)Math.Ceiling(size / (double)s), same);
            Assert.Equal(valid, Size(size, k, s, 0));
            Assert.Equal(same, Size(size, k, s, (k - 1) / 2));
        });
    }

    [Fact]
    public void Softmax_and_cross_entropy_are_what_the_layers_give()
    {
        using var scope = NewDisposeScope();
        Tensor logits = tensor([2, 0.5, -3], dtype: float64, requires_grad: true);
        Tensor loss = functional.cross_entropy(logits.unsqueeze(0), tensor([0L]));
        loss.backward();
        Holds("eˣ", [.. Numbers(logits.exp()), logits.exp().sum().item<double>()]);
        Holds("softmax, eˣ / sum", Numbers(logits.softmax(0)));
        Holds("−log softmax: the cross-entropy if this is the true class", Numbers(-logits.log_softmax(0)));
        Holds("gradient of the loss for class 1: softmax − 1 at the true class", Numbers(logits.grad!));
        Assert.Contains($"The loss is {Written(loss.item<double>())} nats", Basics.Text);
        Assert.Contains($"it would be {Written(functional.cross_entropy(logits.unsqueeze(0), tensor([2L])).item<double>())}.", Basics.Text);
        Assert.Contains($"log 3 = {Written(Math.Log(3))}.", Basics.Text);
    }

    [Fact]
    public void Derivatives_are_what_the_table_says()
    {
        using var scope = NewDisposeScope();
        Tensor x = linspace(-5, 5, 1001, dtype: float64).requires_grad_();
        Assert.Equal(0.25, Derivative(x.sigmoid()).max().item<double>(), 9);
        Assert.Equal(1, Derivative(x.tanh()).max().item<double>(), 9);
        Assert.Equal(1, Derivative(x.relu()).max().item<double>(), 9);
        Assert.True(Derivative(x.sigmoid()).allclose(x.sigmoid() * (1 - x.sigmoid())));
        Assert.True(Derivative(x.tanh()).allclose(1 - x.tanh().square()));
        Assert.InRange(Math.Pow(0.25, 10), 0.9e-6, 1e-6);

        Tensor Derivative(Tensor y) => autograd.grad([y.sum()], [x])[0];
    }

    [Fact]
    public void Connections_are_counted_as_the_formula_says()
    {
        MatchCollection rows = ConvolutionRow().Matches(Basics.Text);
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row =>
        {
            long kernels = Whole(row, "kernels"), k = Whole(row, "k"), channels = Whole(row, "channels"), output = Whole(row, "output");
            using var scope = NewDisposeScope();
            // The channels are those of a kernel, which sees one group's.
            Assert.Equal(Conv2d(channels, kernels, k, bias: false).parameters().Sum(one => one.numel()), Whole(row, "weights"));
            Assert.Equal(output * output * kernels * k * k * channels, Whole(row, "connections"));
        });
        Assert.Contains($"| dense, 9,216 to 4,096 | {9216 * 4096:N0} | 1×1 | {9216 * 4096:N0} |", Basics.Text);
        // From 227, 27 and 13 pixels a side.
        Assert.Equal([55, 27, 13], [Size(227, 11, 4, 0), Size(27, 5, 1, 2), Size(13, 3, 1, 1)]);
    }

    [Fact]
    public void Dropout_keeps_the_mean_and_is_nothing_in_use()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var dropout = Dropout(0.5);
        Tensor values = dropout.call(ones(100_000));
        Assert.Equal([0f, 2f], values.unique().output.data<float>().ToArray().Order());
        Assert.InRange(values.mean().item<float>(), 0.98f, 1.02f);
        dropout.eval();
        Assert.True(dropout.call(ones(10)).equal(ones(10)).all().item<bool>());
    }

    private static long Size(int size, int k, int s, int p)
    {
        using var scope = NewDisposeScope();
        return functional.conv2d(zeros(1, 1, size, size), zeros(1, 1, k, k), strides: [s, s], padding: [p, p]).shape[2];
    }

    private static double[] Numbers(Tensor values) => [.. values.data<double>()];

    private static void Holds(string row, double[] values) => Assert.Contains($"| {row} | {string.Join(" | ", values.Select(Written))} |", Basics.Text);

    private static string Written(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture).Replace('-', '−');

    private static long Whole(Match row, string name) => long.Parse(row.Groups[name].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", RegexOptions.Multiline)]
    private static partial Regex SizeRow();

    [GeneratedRegex(@"^\| (?<kernels>\d+) kernels (?<k>\d+)×\d+×(?<channels>\d+)[^|]*\| (?<weights>[\d,]+) \| (?<output>\d+)×\d+ \| (?<connections>[\d,]+) \|$", RegexOptions.Multiline)]
    private static partial Regex ConvolutionRow();
}

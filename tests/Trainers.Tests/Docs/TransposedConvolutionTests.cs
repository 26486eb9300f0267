using System.Globalization;
using System.Text;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Docs;

/// <summary>What docs/transposed-convolution.md says.</summary>
public class TransposedConvolutionTests
{
    private const string Page = "transposed-convolution.md";

    public static TheoryData<int, int, int, int, int, int> Layers
    {
        get
        {
            TheoryData<int, int, int, int, int, int> layers = [];
            foreach (int[] row in TableRows())
                layers.Add(row[0], row[1], row[2], row[3], row[4], row[5]);
            return layers;
        }
    }

    [Fact]
    public void Sizes_in_the_table_are_the_formulas_and_the_layers()
    {
        Assert.InRange(TableRows().Count, 9, int.MaxValue);
        Assert.All(TableRows(), row =>
        {
            (int height, int k, int s, int p, int o, int d) = (row[0], row[1], row[2], row[3], row[4], row[5]);
            Assert.Equal((height - 1) * s - 2 * p + d * (k - 1) + o + 1, row[6]);
            using var scope = NewDisposeScope();
            Assert.Equal([1, 1, row[6], row[6]], Transposed(rand(1, 1, height, height), rand(1, 1, k, k), s, p, o, d).shape);
            // Back again by the first formula, and by a convolution.
            Assert.Equal(height, (row[6] + 2 * p - d * (k - 1) - 1) / s + 1);
            Assert.Equal([1, 1, height, height], functional.conv2d(rand(1, 1, row[6], row[6]), rand(1, 1, k, k), strides: [s, s], padding: [p, p], dilation: [d, d]).shape);
        });
    }

    [Fact]
    public void Keras_sizes_come_from_the_padding_that_the_page_names()
    {
        using var scope = NewDisposeScope();
        for (int k = 1; k <= 6; k++)
        {
            for (int s = 1; s <= 4; s++)
            {
                long valid = Transposed(rand(1, 1, 5, 5), rand(1, 1, k, k), s, 0, Math.Max(s - k, 0), 1).shape[2];
                Assert.Equal(5 * s + Math.Max(k - s, 0), valid);
                if (k < s)
                    continue;
                int p = (k - s + 1) / 2, o = 2 * p - (k - s);
                // An even kernel with stride 1: the page says that there is none.
                if (o >= s)
                    continue;
                Assert.Equal(5 * s, Transposed(rand(1, 1, 5, 5), rand(1, 1, k, k), s, p, o, 1).shape[2]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Four_steps_of_zero_insertion_equal_the_transposed_convolution(int height, int k, int s, int p, int o, int d)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        Tensor input = randn(2, 3, height, height + 1), weight = randn(3, 4, k, k);
        Tensor expected = Transposed(input, weight, s, p, o, d), actual = FourSteps(input, weight, s, p, o, d);
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 2e-5f);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Stamping_the_kernel_equals_the_transposed_convolution(int height, int k, int s, int p, int o, int d)
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        Tensor input = randn(height, height), weight = randn(k, k);
        Tensor layer = Transposed(input.unsqueeze(0).unsqueeze(0), weight.unsqueeze(0).unsqueeze(0), s, p, o, d)[0, 0];
        int size = (int)layer.shape[0];
        float[] x = [.. input.data<float>()], w = [.. weight.data<float>()], actual = [.. layer.contiguous().data<float>()];
        double[] expected = new double[size * size];
        for (int stamp = 0; stamp < x.Length; stamp++)
        {
            for (int tap = 0; tap < w.Length; tap++)
            {
                int row = stamp / height * s + tap / k * d - p, column = stamp % height * s + tap % k * d - p;
                if (row >= 0 && row < size && column >= 0 && column < size)
                    expected[row * size + column] += (double)x[stamp] * w[tap];
            }
        }
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void The_example_is_what_the_layer_computes()
    {
        using var scope = NewDisposeScope();
        Tensor input = arange(1, 5).to_type(ScalarType.Float32).reshape(1, 1, 2, 2), weight = arange(1, 10).to_type(ScalarType.Float32).reshape(1, 1, 3, 3);
        Tensor output = Transposed(input, weight, 1, 0, 0, 1);
        StringBuilder example = new();
        Write("input", input);
        Write("kernel", weight);
        Write("padded by 2", Padded(input, 3, 1, 0, 0, 1));
        Write("flipped kernel", Flipped(weight));
        Write("output", output);
        Assert.Contains("```text\n" + example + "```\n", Text());
        Assert.Equal(output.data<float>(), FourSteps(input, weight, 1, 0, 0, 1).data<float>());

        void Write(string name, Tensor matrix)
        {
            int columns = (int)matrix.shape[3];
            float[] values = [.. matrix.contiguous().data<float>()];
            for (int row = 0; row < values.Length / columns; row++)
            {
                string numbers = string.Join(' ', values.Skip(row * columns).Take(columns).Select(v => v.ToString(CultureInfo.InvariantCulture).PadLeft(3)));
                example.Append((row == 0 ? name : "").PadRight(16)).Append(numbers).Append('\n');
            }
        }
    }

    [Fact]
    public void The_drawn_stride_of_two_is_right()
    {
        using var scope = NewDisposeScope();
        (float a, float b, float c, float u, float v, float w) = (2, 3, 5, 7, 11, 13);
        Tensor output = functional.conv_transpose1d(tensor([a, b, c]).reshape(1, 1, 3), tensor([u, v, w]).reshape(1, 1, 3), stride: 2, padding: 1);
        Assert.Equal([v * a, w * a + u * b, v * b, w * b + u * c, v * c], output.data<float>());
        Assert.Contains("output             va   wa+ub   vb   wb+uc   vc\n", Text());
    }

    private static Tensor Transposed(Tensor input, Tensor weight, int s, int p, int o, int d) =>
        functional.conv_transpose2d(input, weight, strides: [s, s], padding: [p, p], output_padding: [o, o], dilation: [d, d]);

    private static Tensor FourSteps(Tensor input, Tensor weight, int s, int p, int o, int d) =>
        functional.conv2d(Padded(input, (int)weight.shape[2], s, p, o, d), Flipped(weight), dilation: [d, d]);

    // Steps 1 and 2.
    private static Tensor Padded(Tensor input, int k, int s, int p, int o, int d)
    {
        (long n, long c, long height, long width) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3]);
        Tensor spread = zeros([n, c, height, s, width, s]);
        spread.select(5, 0).select(3, 0).copy_(input);
        spread = spread.reshape([n, c, height * s, width * s]).narrow(2, 0, (height - 1) * s + 1).narrow(3, 0, (width - 1) * s + 1);
        int begin = d * (k - 1) - p, end = begin + o;
        return functional.pad(spread, [begin, end, begin, end]);
    }

    // Step 3.
    private static Tensor Flipped(Tensor weight) => weight.flip(2, 3).transpose(0, 1);

    private static List<int[]> TableRows() =>
        [.. Text().Split("| ---: |")[1..].Last().Split('\n').Skip(1).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|')[1..8].Select(cell => int.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];

    private static string Text() => File.ReadAllText(Path.Combine(Repository.Root!, "docs", Page)).ReplaceLineEndings("\n");
}

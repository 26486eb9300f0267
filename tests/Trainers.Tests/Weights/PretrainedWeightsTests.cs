using System.Text;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Weights;

public class PretrainedWeightsTests
{
    [Theory]
    [InlineData("network.pth", "PyTorch")]
    [InlineData("network_old.pth", "PyTorch before 1.6")]
    [InlineData("network_2017.pth", "PyTorch before 1.6")]
    [InlineData("network.safetensors", "safetensors")]
    [InlineData("network.onnx", "ONNX")]
    public void Every_format_gives_the_tensors_that_were_saved(string file, string format)
    {
        using var weights = PretrainedWeights.Open(WeightsFixture.Path(file));

        Assert.Equal(format, weights.Format);
        var floating = weights.Tensors.Where(tensor => tensor.ElementType == ScalarType.Float32).ToArray();
        Assert.Equal(
            WeightsFixture.Network.Keys.Where(name => !name.EndsWith("tracked", StringComparison.Ordinal)),
            floating.Select(tensor => tensor.Name));
        Assert.All(floating, tensor =>
        {
            Assert.Equal(WeightsFixture.Network[tensor.Name], tensor.Shape);
            Assert.Equal(WeightsFixture.Values(WeightsFixture.Network[tensor.Name]), WeightsFixture.Floats(weights, tensor.Name));
        });
    }

    [Theory]
    [InlineData("types.pth")]
    [InlineData("types_old.pth")]
    [InlineData("types.safetensors")]
    public void Every_element_type_is_read_exactly_and_floating_ones_as_float32(string file)
    {
        using var weights = PretrainedWeights.Open(WeightsFixture.Path(file));

        foreach (string name in (string[])["float64", "float32", "float16", "bfloat16"])
            Assert.Equal(WeightsFixture.Values(6), WeightsFixture.Floats(weights, name));
        int[] whole = [.. Enumerable.Range(0, 6).Select(i => WeightsFixture.Whole(i, 6))];
        Assert.Equal(whole.Select(value => (long)value), Elements<long>("int64"));
        Assert.Equal(whole, Elements<int>("int32"));
        Assert.Equal(whole.Select(value => (short)value), Elements<short>("int16"));
        Assert.Equal(whole.Select(value => (sbyte)value), Elements<sbyte>("int8"));
        Assert.Equal(whole.Select(value => (byte)(value + 30)), Elements<byte>("uint8"));
        Assert.Equal(whole.Select(value => value > 0), Elements<bool>("bool"));

        T[] Elements<T>(string name)
            where T : unmanaged
        {
            using Tensor tensor = weights.Read(name);
            Assert.Equal([2, 3], tensor.shape);
            return [.. tensor.data<T>()];
        }
    }

    [Theory]
    [InlineData("strided.pth")]
    [InlineData("strided_old.pth")]
    public void Views_of_a_storage_are_read_in_row_major_order(string file)
    {
        using var weights = PretrainedWeights.Open(WeightsFixture.Path(file));
        float[] shared = WeightsFixture.Values(40);
        float[] column = WeightsFixture.Values(3), table = WeightsFixture.Values(24);

        Assert.Equal(Enumerable.Range(0, 24).Select(i => table[(i % 4 * 6) + (i / 4)]), WeightsFixture.Floats(weights, "transposed"));
        Assert.Equal(WeightsFixture.Values(120), WeightsFixture.Floats(weights, "channels_last"));
        Assert.Equal(shared[..16], WeightsFixture.Floats(weights, "first"));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => shared[10 + (2 * i)]), WeightsFixture.Floats(weights, "second"));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => column[i / 4]), WeightsFixture.Floats(weights, "expanded"));
        Assert.Equal(WeightsFixture.Values(1), WeightsFixture.Floats(weights, "scalar"));
        Assert.Empty(WeightsFixture.Floats(weights, "empty"));
        using Tensor scalar = weights.Read("scalar"), transposed = weights.Read("transposed");
        Assert.Empty(scalar.shape);
        Assert.Equal([6, 4], transposed.shape);
        Assert.True(transposed.is_contiguous());
    }

    [Theory]
    [InlineData("checkpoint.pth")]
    [InlineData("checkpoint_old.pth")]
    public void Of_a_training_checkpoint_the_weights_alone_are_found(string file)
    {
        using var weights = PretrainedWeights.Open(WeightsFixture.Path(file));

        Assert.Equal(WeightsFixture.Network.Keys, weights.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(WeightsFixture.Values(108), WeightsFixture.Floats(weights, "features.0.weight"));
    }

    [Theory]
    [InlineData("vgg.mat")]
    [InlineData("vgg_old.mat")]
    public void Kernels_of_MatConvNet_become_out_in_height_width(string file)
    {
        using var weights = PretrainedWeights.Open(WeightsFixture.Path(file));

        Assert.Equal("MATLAB 5", weights.Format);
        (string Name, long[] Shape)[] layers =
        [
            ("conv1_1.weight", [4, 3, 2, 3]), ("conv1_1.bias", [4]), ("conv1_2.weight", [1, 4, 3, 3]), ("conv1_2.bias", [1]),
            ("fc6.weight", [5, 1, 4, 4]), ("fc6.bias", [5]),
        ];
        Assert.Equal([.. layers.Select(layer => layer.Name), "normalization.averageImage"], weights.Tensors.Select(tensor => tensor.Name));
        // Backwards too, which begins the unpacking anew.
        Assert.All(layers.Concat(layers.Reverse()), layer =>
        {
            Assert.Equal(layer.Shape, weights.Tensors.Single(tensor => tensor.Name == layer.Name).Shape);
            Assert.Equal(WeightsFixture.Values(layer.Shape), WeightsFixture.Floats(weights, layer.Name));
        });
        // [width, height, channels] in MATLAB, where the first is the fastest.
        float[] mean = WeightsFixture.Floats(weights, "normalization.averageImage");
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (float)((i % 2 * 6) + (i / 2 % 2 * 3) + (i / 4))), mean);
    }

    [Fact]
    public void The_first_axis_of_MATLAB_is_the_width_of_kernels_and_of_the_mean_picture()
    {
        using var weights = PretrainedWeights.Open(WeightsFixture.Path("oriented.mat"));
        using Tensor kernel = weights.Read("conv.weight"), mean = weights.Read("normalization.averageImage");

        Assert.Equal([2, 3, 4, 5], kernel.shape);
        Assert.Equal([3, 4, 5], mean.shape);
        for (int w = 0; w < 5; w++)
        {
            for (int h = 0; h < 4; h++)
            {
                for (int i = 0; i < 3; i++)
                {
                    // As scipy shows the place: k[w, h, i, o], and a[w, h, c].
                    for (int o = 0; o < 2; o++) Assert.Equal((1000 * w) + (100 * h) + (10 * i) + o, kernel[o, i, h, w].item<float>());
                    Assert.Equal((100 * w) + (10 * h) + i, mean[i, h, w].item<float>());
                }
            }
        }
    }

    [Fact]
    public void Batch_normalisation_of_MatConvNet_has_its_moments_too()
    {
        using var weights = PretrainedWeights.Open(WeightsFixture.Path("oriented.mat"));

        Assert.Equal(
            ["conv.weight [2, 3, 4, 5]", "conv.bias [2]", "norm.weight [3]", "norm.bias [3]", "norm.moments [2, 3]", "normalization.averageImage [3, 4, 5]"],
            weights.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]"));
        // m[c, 0] are the means, m[c, 1] the deviations.
        Assert.Equal([0, 10, 20, 1, 11, 21], WeightsFixture.Floats(weights, "norm.moments"));
    }

    [Fact]
    public void An_old_file_stays_open_when_what_read_its_pickle_is_collected()
    {
        using var weights = PretrainedWeights.Open(WeightsFixture.Path("network_old.pth"));

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(WeightsFixture.Values(108), WeightsFixture.Floats(weights, "features.0.weight"));
    }

    [Theory]
    [InlineData(640)]
    [InlineData(896)]
    [InlineData(1152)]
    [InlineData(1408)]
    public void A_safetensors_file_whose_length_looks_like_a_pickle_is_read(int headerLength)
    {
        string header = """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""".PadRight(headerLength);
        using TemporaryFile file = new([.. BitConverter.GetBytes((long)headerLength), .. Encoding.ASCII.GetBytes(header), .. BitConverter.GetBytes(2.5f)]);
        using var weights = PretrainedWeights.Open(file.Path);

        Assert.Equal([2.5f], WeightsFixture.Floats(weights, "w"));
    }

    [Fact]
    public void Of_an_ONNX_model_half_precision_is_read_and_shapes_are_left_out()
    {
        using var weights = PretrainedWeights.Open(WeightsFixture.Path("network.onnx"));

        Assert.Equal(WeightsFixture.Values(6), WeightsFixture.Floats(weights, "half"));
        Assert.False(weights.Contains("shape"));
    }

    [Fact]
    public void A_name_that_is_not_there_is_answered_with_those_that_are()
    {
        using var weights = PretrainedWeights.Open(WeightsFixture.Path("network.pth"));

        Assert.True(weights.Contains("features.0.weight"));
        Assert.False(weights.Contains("features.7.weight"));
        var e = Assert.Throws<KeyNotFoundException>(() => weights.Read("features.7.weight"));
        Assert.Contains("'features.7.weight'", e.Message);
        Assert.Contains("features.0.weight", e.Message);
    }

    [Fact]
    public void The_extension_says_nothing()
    {
        using TemporaryFile file = new(File.ReadAllBytes(WeightsFixture.Path("network.safetensors")), ".pth");
        using var weights = PretrainedWeights.Open(file.Path);

        Assert.Equal("safetensors", weights.Format);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var e = Assert.Throws<FileNotFoundException>(() => PretrainedWeights.Open("no-such-file.pth"));
        Assert.Contains("no-such-file.pth", e.Message);
    }
}

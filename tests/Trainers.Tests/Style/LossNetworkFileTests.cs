using MLNetGen.Style;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Style;

/// <summary>Files of weights that PyTorch, SciPy and onnx wrote (tests/peers/style.py).</summary>
public class LossNetworkFileTests
{
    private static readonly double[] TorchvisionMean = [0.485 * 255, 0.456 * 255, 0.406 * 255], TorchvisionDeviation = [0.229 * 255, 0.224 * 255, 0.225 * 255];

    public static TheoryData<string, string> Files()
    {
        TheoryData<string, string> files = [];
        foreach (string name in (string[])["VGG-16", "VGG-19"])
        {
            foreach (string ending in (string[])[".pth", "_old.pth", ".safetensors", ".mat", ".onnx", "_caffe.onnx", "_nameless.onnx"])
                files.Add(name, name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant() + ending);
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_layer_of_every_format_is_exactly_what_its_weights_make_of_a_picture(string name, string file)
    {
        using var scope = NewDisposeScope();
        using LossNetwork network = LossNetworkFile.Open(StyleFixture.File(file));
        Tensor pixels = StyleFixture.Numbers([1, 3, 45, 37], 1, 255) + 127.5;
        bool isMat = file.EndsWith(".mat", StringComparison.Ordinal);

        IReadOnlyDictionary<string, Tensor> features = network.Features(pixels, network.Layers);

        Assert.Equal($"{name} from {file}", network.Description);
        foreach ((string layer, Tensor expected) in Straight(name, pixels, isMat))
        {
            Assert.Equal(expected.shape, features[layer].shape);
            Assert.Equal(StyleFixture.Floats(expected), StyleFixture.Floats(features[layer]));
        }

        Assert.Equal(isMat && name == "VGG-19" ? StyleWeights.Published : null, network.PublishedWeights);
        Assert.Equal((name == "VGG-16" ? "relu5_3" : "relu5_4", "relu4_2"), (network.Layers[^1], network.DefaultContentLayer));
    }

    [Fact]
    public void The_hash_is_of_the_weights_and_not_of_the_file()
    {
        string Hash(string file)
        {
            using LossNetwork network = LossNetworkFile.Open(StyleFixture.File(file));
            return network.WeightsHash;
        }

        using RandomFilterBank one = new(), again = new(), other = new(seed: 2);
        Assert.Equal(64, Hash("vgg16.pth").Length);
        Assert.All((string[])["vgg16_old.pth", "vgg16.safetensors", "vgg16.onnx"], file => Assert.Equal(Hash("vgg16.pth"), Hash(file)));
        // MatConvNet's weights expect other pixels.
        Assert.All((string[])["vgg19.pth", "vgg16.mat"], file => Assert.NotEqual(Hash("vgg16.pth"), Hash(file)));
        Assert.Equal(one.WeightsHash, again.WeightsHash);
        Assert.NotEqual(one.WeightsHash, other.WeightsHash);
    }

    [Theory]
    [InlineData("vgg11.pth", "8 convolutions of [1, 3, 3, 3], [2, 1, 3, 3]")]
    [InlineData("vgg_bn.pth", "batch normalisation")]
    public void Weights_of_another_network_are_refused_naming_what_was_found(string file, string found)
    {
        string message = Assert.Throws<InvalidDataException>(() => LossNetworkFile.Open(StyleFixture.File(file))).Message;
        Assert.Contains(found, message);
        Assert.Contains("VGG-16 or VGG-19", message);
    }

    [Fact]
    public void MATLAB_7_3_is_refused_as_HDF5()
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, [.. "MATLAB 7.3 MAT-file, Platform: GLNXA64"u8, .. new byte[600]]);
        Assert.Contains("HDF5", Assert.Throws<InvalidDataException>(() => LossNetworkFile.Open(path)).Message);
        File.Delete(path);
    }

    [Fact]
    public void Nothing_behind_the_deepest_layer_asked_for_is_run_and_no_weight_gets_a_gradient()
    {
        using var scope = NewDisposeScope();
        Conv2d convolution = Conv2d(3, 2, 3);
        using ChainLossNetwork network = new(
            "small", PixelConvention.LessMean(), [new("conv1", convolution), new("relu1", ReLU()), new("deep", new Unreachable())], "relu1", ["relu1"], 3);
        Tensor pixels = (StyleFixture.Numbers([1, 3, 8, 8], 1, 255) + 127.5).requires_grad_();

        network.Features(pixels, ["conv1", "relu1"])["relu1"].sum().backward();

        Assert.NotNull(pixels.grad);
        Assert.False(convolution.weight.requires_grad);
        Assert.Throws<InvalidOperationException>(() => network.Features(pixels, ["deep"]));
    }

    [Fact]
    public void An_unknown_layer_is_refused_naming_the_known_ones_and_a_small_picture_by_its_size()
    {
        using var scope = NewDisposeScope();
        using LossNetwork network = LossNetworkFile.Open(StyleFixture.File("vgg16.pth"));
        string message = Assert.Throws<ArgumentException>(() => network.Features(zeros([1, 3, 64, 64]), ["relu9_1"])).Message;
        Assert.Contains("'relu9_1'", message);
        Assert.Contains("conv1_1, relu1_1, conv1_2", message);
        Assert.Contains("31×64", Assert.Throws<ArgumentException>(() => network.Features(zeros([1, 3, 64, 31]), ["relu1_1"])).Message);
    }

    // The formula of the weights, and the plainest way to run them.
    private static Dictionary<string, Tensor> Straight(string name, Tensor pixels, bool isMat)
    {
        using var noGradient = no_grad();
        Tensor mean = tensor((isMat ? [120.5, 110.25, 100.75] : TorchvisionMean).Select(m => (float)m).ToArray(), [1, 3, 1, 1]);
        Tensor factor = tensor((isMat ? [1, 1, 1] : TorchvisionDeviation).Select(d => (float)(1 / d)).ToArray(), [1, 3, 1, 1]);
        Tensor x = (pixels - mean) * factor;
        Conv2d[] convolutions = StyleFixture.Convolutions(StyleFixture.Blocks(name), width: 1);
        Dictionary<string, Tensor> layers = [];
        int next = 0;
        foreach ((int block, int count) in StyleFixture.Blocks(name).Index())
        {
            for (int layer = 1; layer <= count; layer++, next++)
            {
                layers[$"conv{block + 1}_{layer}"] = x = functional.conv2d(x, convolutions[next].weight, convolutions[next].bias, padding: [1, 1]);
                layers[$"relu{block + 1}_{layer}"] = x = functional.relu(x);
            }

            x = functional.max_pool2d(x, 2, 2, ceil_mode: isMat);
        }

        return layers;
    }

    private sealed class Unreachable() : Module<Tensor, Tensor>(nameof(Unreachable))
    {
        public override Tensor forward(Tensor input) => throw new InvalidOperationException("It was run.");
    }
}

using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNetGen.Evaluation;
using MLNetGen.Export;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using MLNetGen.Style;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetGen.Tests.Style;

public sealed class OnnxLossNetworkTests : IDisposable
{
    private static readonly string[] Stages = ["conv1", "stage1", "stage2", "stage3", "stage4"];

    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    private static string ResNet18 => ResNet18File.Find() ?? throw new InvalidOperationException("the tests' project refers to the package");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_stages_of_ResNet18_are_what_ONNX_Runtime_finds_behind_their_last_rectifiers()
    {
        using var scope = NewDisposeScope();
        using LossNetwork network = LossNetworks.Open(LossNetworkNames.ResNet18);
        Tensor pixels = StyleFixture.Numbers([1, 3, 224, 224], 1, 255) + 127.5;

        IReadOnlyDictionary<string, Tensor> features = network.Features(pixels, Stages);

        Assert.Equal(Stages, network.Layers);
        (float[] Values, long[] Shape)[] expected = LastRectifiers(BlueFirstLessMean(StyleFixture.Floats(pixels)));
        foreach ((string stage, (float[] values, long[] shape)) in Stages.Zip(expected))
        {
            Assert.Equal(shape, features[stage].shape);
            float largest = values.Max();
            Assert.Equal(values, StyleFixture.Floats(features[stage]), (a, b) => Math.Abs(a - b) <= 1e-4 * largest);
        }
    }

    [Fact]
    public void A_picture_of_any_size_is_that_picture_with_its_edge_mirrored_and_what_was_added_is_left_out()
    {
        using var scope = NewDisposeScope();
        using LossNetwork network = LossNetworks.Open(LossNetworkNames.ResNet18);
        Tensor pixels = (StyleFixture.Numbers([2, 3, 45, 67], 1, 255) + 127.5).requires_grad_();
        Tensor whole = functional.pad(pixels, [0, 29, 0, 19], PaddingModes.Reflect);

        IReadOnlyDictionary<string, Tensor> features = network.Features(pixels, Stages), ofWhole = network.Features(whole, Stages);
        Stages.Select(stage => features[stage].sum()).Aggregate((sum, term) => sum + term).backward();

        (int Rows, int Columns)[] places = [(23, 34), (12, 17), (6, 9), (3, 5), (2, 3)];
        foreach ((string stage, (int rows, int columns)) in Stages.Zip(places))
        {
            Assert.Equal((rows, columns), ((int)features[stage].shape[2], (int)features[stage].shape[3]));
            Assert.Equal(StyleFixture.Floats(ofWhole[stage].narrow(2, 0, rows).narrow(3, 0, columns)), StyleFixture.Floats(features[stage]));
        }

        // Every pixel counts.
        Assert.True(pixels.grad!.abs().sum(1).gt(0).all().ToBoolean());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Layers_of_any_network_are_its_maps_and_style_is_compared_in_the_last_of_each_size(bool hasOneSize)
    {
        using var scope = NewDisposeScope();
        // At each size: all of one, half, a quarter, an eighth; and a sixteenth, which is deeper than style is compared.
        Sequential[] parts = [Sequential(Conv2d(3, 4, 3, padding: 1), ReLU()), Part(4, 5), Part(5, 6), Part(6, 7)];
        using Sequential whole = hasOneSize
            ? Sequential(parts[0], parts[1], parts[2], parts[3], Part(7, 8), Flatten(), Linear(8 * 6 * 6, 2))
            : Sequential(parts[0], parts[1], parts[2], parts[3], Part(7, 8), AdaptiveAvgPool2d(1), Flatten(), Linear(8, 2));
        whole.eval();
        string path = Path.Combine(folder, "network.onnx");
        OnnxExporter.Export(whole, zeros(1, 3, 96, 96), path);
        Tensor pixels = StyleFixture.Numbers([2, 3, 50, 70], 3, 255) + 127.5;

        using LossNetwork network = LossNetworkFile.Open(path), other = LossNetworks.Open(LossNetworkNames.ResNet18);

        Assert.Equal(4, network.DefaultStyleLayers.Count);
        Assert.Equal(network.DefaultStyleLayers[1], network.DefaultContentLayer);
        IReadOnlyDictionary<string, Tensor> features = network.Features(pixels, network.DefaultStyleLayers);
        Tensor x = (pixels / 255 - Channels(0.485f, 0.456f, 0.406f)) / Channels(0.229f, 0.224f, 0.225f);
        foreach ((string layer, Sequential part) in network.DefaultStyleLayers.Zip(parts))
        {
            x = part.call(x);
            Assert.Equal(x.shape, features[layer].shape);
            Assert.Equal(StyleFixture.Floats(x), StyleFixture.Floats(features[layer]), (a, b) => Math.Abs(a - b) <= 1e-5);
        }

        Assert.NotEqual(network.WeightsHash, other.WeightsHash);

        static Sequential Part(int before, int after) => Sequential(MaxPool2d(2), Conv2d(before, after, 3, padding: 1), BatchNorm2d(after), ReLU());
        static Tensor Channels(params float[] values) => tensor(values, [1, 3, 1, 1]);
    }

    [Fact]
    public void A_network_of_one_size_cannot_teach()
    {
        using var scope = NewDisposeScope();
        using Sequential network = Sequential(Conv2d(3, 4, 3, padding: 1), ReLU());
        string path = Path.Combine(folder, "flat.onnx");
        network.eval();
        OnnxExporter.Export(network, zeros(1, 3, 64, 64), path);

        Assert.Contains("flat.onnx", Assert.Throws<InvalidDataException>(() => LossNetworkFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_package_s_network_is_the_default_and_known_wherever_its_file_lies()
    {
        string elsewhere = Path.Combine(folder, "any name.onnx");
        File.Copy(ResNet18, elsewhere);
        using LossNetwork usual = LossNetworks.Open(null), asked = LossNetworks.Open(LossNetworkNames.ResNet18), file = LossNetworks.Open(elsewhere), random = LossNetworks.Open(LossNetworkNames.Random);

        Assert.All((LossNetwork[])[usual, asked, file], network => Assert.Equal((usual.WeightsHash, "stage1"), (network.WeightsHash, network.DefaultContentLayer)));
        Assert.IsType<RandomFilterBank>(random);
    }

    private static float[] BlueFirstLessMean(float[] pixels)
    {
        float[] mean = [103.06f, 115.90f, 123.15f];
        int plane = pixels.Length / 3;
        return [.. Enumerable.Range(0, pixels.Length).Select(i => pixels[(2 - i / plane) * plane + i % plane] - mean[i / plane])];
    }

    // The last rectifier of each size, by ONNX Runtime: stages end where the next one makes maps smaller.
    private (float[] Values, long[] Shape)[] LastRectifiers(float[] input)
    {
        ModelProto model;
        using (FileStream stream = File.OpenRead(ResNet18)) model = Protos.Parse(stream, "ResNet18.onnx");
        string[] rectifiers = [.. model.Graph.Node.Where(node => node.OpType == "Relu").Select(node => node.Output[0])];
        model.Graph.Output.AddRange(rectifiers.Select(name => new ValueInfoProto { Name = name, Type = model.Graph.Output[0].Type.Clone() }));
        foreach (ValueInfoProto output in model.Graph.Output.Skip(1)) output.Type.TensorType.Shape = null;
        string path = Path.Combine(folder, "rectifiers.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        using InferenceSession session = new(path);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [NamedOnnxValue.CreateFromTensor("Input247", new DenseTensor<float>(input, [1, 3, 224, 224]))], rectifiers);
        return [.. results.Select(result => result.AsTensor<float>()).GroupBy(map => map.Dimensions[2]).OrderByDescending(size => size.Key)
            .Select(size => (size.Last().ToArray(), size.Last().Dimensions.ToArray().Select(length => (long)length).ToArray()))];
    }
}

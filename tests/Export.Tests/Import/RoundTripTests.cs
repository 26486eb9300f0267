using MLNetGen.Onnx;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Import;

/// <summary>What the exporter writes comes back as a module of the same numbers, and is written again.</summary>
public sealed class RoundTripTests : IDisposable
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> TorchVision = new()
    {
        ["mobilenet_v3_small"] = () => torchvision.models.mobilenet_v3_small(),
        ["resnet18"] = () => torchvision.models.resnet18(),
        ["googlenet"] = () => torchvision.models.googlenet(),
    };

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly OnnxFile file = new(), again = new();

    public RoundTripTests() => manual_seed(1);

    // AlexNet's 240 MB take long.
    public static TheoryData<string> Networks => [.. NetworkCases.All.Keys.Where(name => name is not ("LSTM classifier" or "AlexNet"))];

    public static TheoryData<string> TorchVisionNames => [.. TorchVision.Keys];

    public void Dispose()
    {
        scope.Dispose();
        file.Dispose();
        again.Dispose();
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_network_comes_back(string name)
    {
        NetworkCase network = NetworkCases.All[name];
        using Module<Tensor, Tensor> module = TrainedLike.Weights(network.Build());
        module.eval();
        OnnxExporter.Export(module, network.Input(2), file.Path);
        AssertComesBack(module, network.Input);
    }

    [Theory]
    [MemberData(nameof(TorchVisionNames))]
    public void A_network_of_TorchVisions_comes_back(string name)
    {
        using Module<Tensor, Tensor> network = TorchVision[name]();
        network.eval();
        foreach ((string buffer, Tensor values) in network.named_buffers().Where(pair => pair.buffer.is_floating_point()))
            values.copy_(buffer.EndsWith("var", StringComparison.Ordinal) ? rand_like(values) + 0.5 : randn_like(values) * 0.1);
        OnnxExporter.Export(network, randn(2, 3, 64, 64), file.Path, new OnnxExportOptions { DynamicSize = true });
        AssertComesBack(network, rows => randn(rows, 3, 64, 96));
    }

    [Fact]
    public void Half_weights_are_trained_as_whole_ones()
    {
        using Module<Tensor, Tensor> module = Sequential(("conv", Conv2d(3, 8, 3)), ("flat", Flatten()), ("head", Linear(8 * 4 * 4, 5)));
        OnnxExporter.Export(module, randn(2, 3, 6, 6), file.Path, new OnnxExportOptions { WeightType = OnnxWeightType.Float16 });
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        Assert.Equal(["conv.bias", "conv.weight", "head.bias", "head.weight"], loaded.named_parameters().Select(pair => pair.name).Order(StringComparer.Ordinal));
        Assert.All(loaded.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
    }

    [Fact]
    public void Pixels_in_and_out_come_back()
    {
        using Module<Tensor, Tensor> module = Sequential(Conv2d(3, 3, 3, padding: 1), Sigmoid());
        var options = new OnnxExportOptions { PixelInput = new PixelInput(), PixelOutput = new PixelOutput(), DynamicSize = true };
        OnnxExporter.Export(module, rand(1, 3, 8, 8), file.Path, options);
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        Tensor pictures = randint(0, 256, [2, 10, 12, 3], ScalarType.Byte);
        Assert.Equal(ScalarType.Byte, loaded.call(pictures).dtype);
        Assert.InRange(OnnxCheck.Compare(loaded, file.Path, pictures).MaximumAbsoluteError, 0, 1);
    }

    // Names and numbers of the weights are as they were; so is what the file that is written again says.
    private void AssertComesBack(Module<Tensor, Tensor> network, Func<long, Tensor> input)
    {
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        using (no_grad())
        {
            foreach (long rows in (long[])[1, 3])
            {
                Tensor x = input(rows), expected = network.call(x);
                Assert.InRange((loaded.call(x) - expected).abs().max().item<float>() / expected.abs().max().item<float>(), 0, 1e-4);
            }
        }

        Dictionary<string, Tensor> before = network.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)).ToDictionary();
        foreach ((string name, Tensor parameter) in loaded.named_parameters().Where(pair => before.ContainsKey(pair.name)))
            Assert.True(parameter.Equals(before[name]) || parameter.allclose(before[name]), name);
        Assert.Equal(OnnxSummary.Read(file.Path).Parameters, loaded.parameters().Sum(parameter => parameter.numel()));

        OnnxExporter.Export(loaded, input(2), again.Path);
        Assert.InRange(OnnxCheck.Compare(network, again.Path, input(3)).MaximumRelativeError, 0, 1e-4);
        Assert.Equal(loaded.named_parameters().Select(pair => pair.name).Order(StringComparer.Ordinal), again.Initializers().Intersect(loaded.named_parameters().Select(pair => pair.name)).Order(StringComparer.Ordinal));
    }
}

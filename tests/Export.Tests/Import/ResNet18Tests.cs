using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests.Import;

/// <summary>A file of CNTK's from 2018, opset 8, made for one row: ML.NET's ResNet-18, trained on ImageNet.</summary>
public sealed class ResNet18Tests(ResNet18Tests.Loaded loaded) : IClassFixture<ResNet18Tests.Loaded>, IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };
    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "DnnImageModels"), NetworkFile = Path.Combine(Files, "ResNet18Onnx", "ResNet18.onnx");

    private readonly OnnxModule network = loaded.Network;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Its_features_are_ONNX_Runtimes(int rows)
    {
        manual_seed(1);
        Tensor pictures = rand(rows, 3, 224, 224) * 255 - 120, features;
        using (no_grad()) features = network.call(pictures);
        Assert.Equal([rows, 512, 1, 1], features.shape);
        using var session = new InferenceSession(NetworkFile);
        for (int row = 0; row < rows; row++)
        {
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(pictures[row].contiguous().data<float>().ToArray(), [1, 3, 224, 224]);
            using var options = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["Input247"], [input], ["Pooling395_Output_0"]);
            Tensor expected = tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray());
            Assert.InRange(Relative(expected, features[row].flatten()), 0, 1e-4);
        }

        if (rows > 1) Assert.True(Relative(features[0], features[1]) > 0.01, "the rows are all but alike: agreeing on them says little");
        Assert.Null(network.OnlyBatch);
        Assert.InRange(network.Parity!.MaximumRelativeError, 0, 1e-4);
    }

    /// <summary>Fixtures/resnet18_gradients.json, which tests/peers/resnet18_gradients.py made.</summary>
    [Theory]
    [InlineData("eval")]
    [InlineData("train")]
    public void Its_gradients_and_statistics_are_PyTorchs(string mode)
    {
        Expected expected = JsonSerializer.Deserialize<Dictionary<string, Expected>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Import", "Fixtures", "resnet18_gradients.json")), Json)![mode];
        using OnnxModule network = OnnxModule.Load(NetworkFile, new OnnxModuleOptions { Check = false });
        // In 32 bits, a sum near 0 that is rounded otherwise turns its ReLU on or off: gradients of two right engines then differ by up to 3 %.
        network.to(ScalarType.Float64).train(mode == "train");
        double[] numbers = [.. Enumerable.Range(0, 2 * 3 * 224 * 224).Select(i => 60 * Math.Sin(0.01 * i + i % 7))];
        Tensor pictures = tensor(numbers, [2, 3, 224, 224], requires_grad: true), features = network.call(pictures);
        (features.flatten() * arange(2 * 512, dtype: ScalarType.Float64).cos()).sum().backward();

        AssertSame(expected.Features, features, 1e-9);
        AssertSame(expected.Input, pictures.grad!, 1e-9);
        Dictionary<string, Parameter> parameters = network.named_parameters().ToDictionary();
        Assert.All(expected.Parameters, pair => AssertSame(pair.Value, parameters[pair.Key].grad!, 1e-9));
        Dictionary<string, Tensor> buffers = network.named_buffers().ToDictionary();
        Assert.All(expected.Statistics, pair => AssertSame(pair.Value, buffers[pair.Key], 1e-9));
    }

    [Fact]
    public void Its_weights_are_parameters_and_its_statistics_buffers_by_the_names_in_the_file()
    {
        (string, long[])[] parameters = [.. network.named_parameters().Select(pair => (pair.name, pair.parameter.shape))];
        Assert.Equal(22 + 2 * 22, parameters.Length);
        Assert.Contains(("Parameter91", [64, 3, 7, 7]), parameters, new ByNameAndShape());
        Assert.Equal(44, network.named_buffers().Count());
        Assert.All(network.named_buffers(), pair => Assert.StartsWith("Constant", pair.name, StringComparison.Ordinal));
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.Equal(OnnxSummary.Read(NetworkFile).Parameters, network.parameters().Sum(parameter => parameter.numel()));
        Assert.False(network.training);
    }

    [Fact]
    public void Values_between_have_names_and_other_sizes()
    {
        manual_seed(1);
        Tensor pictures = (rand(2, 3, 256, 288) * 255 - 120).requires_grad_();
        Tensor[] values = network.Values(pictures, "ReLU393_Output_0", "ReLU253_Output_0", "Pooling395_Output_0");
        Assert.Equal([2, 512, 8, 9], values[0].shape);
        Assert.Equal([2, 64, 128, 144], values[1].shape);
        Assert.InRange(Relative(nn.functional.avg_pool2d(values[0], [7, 7], [1, 1]), values[2]), 0, 1e-5);
        values[1].sum().backward();
        Assert.True(pictures.grad!.abs().sum().item<float>() > 0);
        ArgumentException error = Assert.Throws<ArgumentException>(() => network.Values(pictures, "conv1"));
        Assert.Contains("'conv1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_that_prepares_pictures_takes_any_number_of_them()
    {
        using OnnxModule preparing = OnnxModule.Load(Path.Combine(Files, "ResNetPrepOnnx", "ResNetPreprocess.onnx"));
        Tensor pictures = rand(3, 3, 224, 224) * 255, prepared;
        using (no_grad()) prepared = preparing.call(pictures);
        Tensor mean = pictures.flip(1) - prepared;
        Assert.InRange((mean[0] - mean[2]).abs().max().item<float>(), 0, 1e-4);
        // Of ImageNet, in the order blue, green, red.
        Assert.Equal([103, 116, 123], mean.mean([0, 2, 3]).data<float>().Select(value => MathF.Round(value)));
    }

    private static double Relative(Tensor expected, Tensor actual) => (expected - actual).abs().max().item<float>() / expected.abs().max().item<float>();

    private static void AssertSame(Described expected, Tensor actual, double tolerance)
    {
        Tensor numbers = actual.detach().to_type(ScalarType.Float64).flatten();
        Assert.InRange(numbers.norm().item<double>() / expected.Norm, 1 - tolerance, 1 + tolerance);
        double typical = expected.Norm / Math.Sqrt(numbers.numel());
        foreach ((double one, double other) in expected.First.Zip(numbers.data<double>()))
            Assert.InRange(other, one - tolerance * Math.Max(Math.Abs(one), typical), one + tolerance * Math.Max(Math.Abs(one), typical));
    }

    public sealed class Loaded : IDisposable
    {
        public OnnxModule Network { get; } = OnnxModule.Load(NetworkFile);

        public void Dispose() => Network.Dispose();
    }

    private sealed record Described(double Norm, double[] First);

    private sealed record Expected(Described Features, Described Input, Dictionary<string, Described> Parameters, Dictionary<string, Described> Statistics);

    private sealed class ByNameAndShape : IEqualityComparer<(string Name, long[] Shape)>
    {
        public bool Equals((string Name, long[] Shape) x, (string Name, long[] Shape) y) => x.Name == y.Name && x.Shape.SequenceEqual(y.Shape);

        public int GetHashCode((string Name, long[] Shape) obj) => obj.Name.GetHashCode(StringComparison.Ordinal);
    }
}

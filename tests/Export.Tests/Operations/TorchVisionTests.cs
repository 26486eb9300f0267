using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Networks that nobody here wrote: those of torchvision whose weights are at most 100 MB.</summary>
public sealed class TorchVisionTests : IDisposable
{
    private static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, long Size, bool AnySize)> Networks = new()
    {
        ["googlenet"] = (() => torchvision.models.googlenet(), 64, true),
        ["inception_v3"] = (() => torchvision.models.inception_v3(), 128, true),
        ["mobilenet_v2"] = (() => torchvision.models.mobilenet_v2(), 64, true),
        ["mobilenet_v3_large"] = (() => torchvision.models.mobilenet_v3_large(), 64, true),
        ["mobilenet_v3_small"] = (() => torchvision.models.mobilenet_v3_small(), 64, true),
        ["resnet18"] = (() => torchvision.models.resnet18(), 64, true),
        ["resnet34"] = (() => torchvision.models.resnet34(), 64, true),
        ["resnet50"] = (() => torchvision.models.resnet50(), 64, true),
        ["resnext50_32x4d"] = (() => torchvision.models.resnext50_32x4d(), 64, true),
    };

    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-test-{Guid.NewGuid():N}.onnx");

    public static TheoryData<string> Names => [.. Networks.Keys];

    public void Dispose() => File.Delete(path);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_keeps_its_numbers_at_other_batches_and_sizes(string name)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        (Func<Module<Tensor, Tensor>> make, long size, bool anySize) = Networks[name];
        using Module<Tensor, Tensor> network = make();
        network.eval();
        // As they begin, normalisations do next to nothing.
        foreach ((string buffer, Tensor values) in network.named_buffers().Where(pair => pair.buffer.is_floating_point()))
            values.copy_(buffer.EndsWith("var", StringComparison.Ordinal) ? rand_like(values) + 0.5 : randn_like(values) * 0.1);
        OnnxExporter.Export(network, randn(2, 3, size, size), path, new OnnxExportOptions { DynamicSize = anySize });
        long[][] shapes = anySize ? [[1, 3, size, size], [3, 3, size + 32, size]] : [[1, 3, size, size], [3, 3, size, size]];
        Assert.All(shapes, shape => Assert.InRange(OnnxCheck.Compare(network, path, randn(shape)).MaximumRelativeError, 0, 1e-5));
    }
}

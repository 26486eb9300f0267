using MLNetGen.AlexNet;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>A network that <see cref="ExportBench"/> exports.</summary>
/// <param name="Name">As the command line and the PyTorch twin call it.</param>
/// <param name="Title">As comparisons call it.</param>
/// <param name="Make">Makes it, with random weights.</param>
/// <param name="Size">Height and width of its pictures.</param>
/// <param name="SecondsAllowed">A limit of its own; null: what PyTorch takes.</param>
/// <param name="FileSizesAllowed">A limit of its own for the extra memory, in file sizes.</param>
internal sealed record ExportNetwork(
    string Name, string Title, Func<nn.Module<Tensor, Tensor>> Make, int Size, double? SecondsAllowed = null, double? FileSizesAllowed = null)
{
    /// <summary>The value of <c>--network</c> that stands for all of them.</summary>
    public const string Every = "all";

    /// <summary>Those that a run without <c>--network</c> exports: quick ones of three kinds.</summary>
    public static IReadOnlyList<string> Default { get; } = ["alexnet_2012", "mobilenet_v3_small", "resnet18"];

    /// <summary>AlexNet of the 2012 paper, which is MLNetGen's own, and all networks of the package TorchVision.</summary>
    public static IReadOnlyList<ExportNetwork> All { get; } =
    [
        new("alexnet_2012", "AlexNet", () => AlexNetModule.Create(new(AlexNetNetwork.Paper, 1000, 227, 3)), 227, SecondsAllowed: 3, FileSizesAllowed: 2.2),
        TorchVision("alexnet", () => torchvision.models.alexnet()),
        TorchVision("googlenet", () => torchvision.models.googlenet()),
        TorchVision("inception_v3", () => torchvision.models.inception_v3(), 299),
        TorchVision("mobilenet_v2", () => torchvision.models.mobilenet_v2()),
        TorchVision("mobilenet_v3_large", () => torchvision.models.mobilenet_v3_large()),
        TorchVision("mobilenet_v3_small", () => torchvision.models.mobilenet_v3_small()),
        TorchVision("resnet18", () => torchvision.models.resnet18()),
        TorchVision("resnet34", () => torchvision.models.resnet34()),
        TorchVision("resnet50", () => torchvision.models.resnet50()),
        TorchVision("resnet101", () => torchvision.models.resnet101()),
        TorchVision("resnet152", () => torchvision.models.resnet152()),
        TorchVision("resnext50_32x4d", () => torchvision.models.resnext50_32x4d()),
        // torchvision.models' own have the layers of ResNet-50 in TorchVision 0.107.0.
        TorchVision("resnext101_32x8d", () => ResNet.ResNet101(groups: 32, width_per_group: 8)),
        TorchVision("resnext101_64x4d", () => ResNet.ResNet101(groups: 64, width_per_group: 4)),
        TorchVision("vgg11", () => torchvision.models.vgg11()),
        TorchVision("vgg11_bn", () => torchvision.models.vgg11_bn()),
        TorchVision("vgg13", () => torchvision.models.vgg13()),
        TorchVision("vgg13_bn", () => torchvision.models.vgg13_bn()),
        TorchVision("vgg16", () => torchvision.models.vgg16()),
        TorchVision("vgg16_bn", () => torchvision.models.vgg16_bn()),
        TorchVision("vgg19", () => torchvision.models.vgg19()),
        TorchVision("vgg19_bn", () => torchvision.models.vgg19_bn()),
        TorchVision("wide_resnet50_2", () => torchvision.models.wide_resnet50_2()),
        TorchVision("wide_resnet101_2", () => torchvision.models.wide_resnet101_2()),
    ];

    /// <summary>The network of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ExportNetwork Of(string name) => All.FirstOrDefault(network => network.Name == name)
        ?? throw new ArgumentException($"--network has '{name}'; it must be {Every} or one of {string.Join(", ", All.Select(network => network.Name))}.");

    /// <summary>The networks that values of <c>--network</c> name, each once: names, several with commas between them, or <c>all</c>.</summary>
    /// <exception cref="ArgumentException">A name is none of a network.</exception>
    public static IReadOnlyList<ExportNetwork> Named(IEnumerable<string> values) =>
    [
        .. values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .SelectMany(name => name == Every ? All : [Of(name)]).Distinct(),
    ];

    private static ExportNetwork TorchVision(string name, Func<nn.Module<Tensor, Tensor>> make, int size = 224) =>
        new(name, $"torchvision {name}", make, size);
}

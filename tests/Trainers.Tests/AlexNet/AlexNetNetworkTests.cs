using MLNetGen.AlexNet;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.AlexNet;

public class AlexNetNetworkTests
{
    private static readonly AlexNetShape Paper = new(AlexNetNetwork.Paper, 1000, 227, 3);

    [Theory]
    [InlineData(true, 60_965_224, 725_066_088)]
    [InlineData(false, 62_378_344, 1_135_915_368)]
    public void Papers_network_has_its_parameters_and_connections(bool groups, long parameters, long connections)
    {
        using DisposeScope scope = NewDisposeScope();
        using AlexNetModule network = AlexNetModule.Create(Paper with { Groups = groups });
        Assert.Equal(parameters, network.parameters().Sum(p => p.numel()));
        Assert.Equal(connections, Connections(network).Sum());
    }

    [Fact]
    public void Papers_first_convolution_has_105_million_connections()
    {
        using DisposeScope scope = NewDisposeScope();
        using AlexNetModule network = AlexNetModule.Create(Paper);
        Assert.Equal(34_944, ((Module)network.Features[0]).parameters().Sum(p => p.numel()));
        Assert.Equal(105_705_600, Connections(network)[0]);
    }

    [Fact]
    public void Papers_maps_shrink_from_55_to_6()
    {
        using DisposeScope scope = NewDisposeScope();
        using AlexNetModule network = AlexNetModule.Create(Paper);
        List<long> sides = [];
        Tensor x = zeros(1, 3, 227, 227);
        foreach (Module<Tensor, Tensor> layer in network.Features.children().Cast<Module<Tensor, Tensor>>())
        {
            x = layer.call(x);
            if (layer is Convolution or TorchSharp.Modules.MaxPool2d)
                sides.Add(x.shape[^1]);
        }
        Assert.Equal([55, 27, 27, 13, 13, 13, 13, 6], sides);
    }

    [Fact]
    public void Papers_weights_are_normal_and_biases_one_where_it_says()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        using AlexNetModule network = AlexNetModule.Create(Paper with { Classes = 10 });
        Convolution[] convolutions = [.. network.Features.children().OfType<Convolution>()];
        Assert.Equal([0f, 1, 0, 1, 1], convolutions.Select(c => c.bias!.mean().item<float>()));
        Assert.Equal([1f, 1, 0], network.Classifier.children().OfType<Linear>().Select(d => d.bias!.mean().item<float>()));
        Assert.All(network.parameters().Where(p => p.ndim > 1 && p.numel() > 10_000), w => Assert.InRange(w.std().item<float>(), 0.0095, 0.0105));
    }

    [Fact]
    public void Torchvisions_network_has_its_parameters_and_names()
    {
        using AlexNetModule network = AlexNetModule.Create(new(AlexNetNetwork.Torchvision, 1000, 224, 3));
        Assert.Equal(61_100_840, network.parameters().Sum(p => p.numel()));
        Assert.Equal(
            ["features.0", "features.3", "features.6", "features.8", "features.10", "classifier.1", "classifier.4", "classifier.6"],
            network.named_parameters().Where(p => p.name.EndsWith("weight", StringComparison.Ordinal)).Select(p => p.name[..^7]));
    }

    [Theory]
    [InlineData(AlexNetNetwork.Paper, 227, 3, 4096)]
    [InlineData(AlexNetNetwork.Paper, 67, 1, 4096)]
    [InlineData(AlexNetNetwork.Torchvision, 224, 3, 4096)]
    [InlineData(AlexNetNetwork.Torchvision, 63, 3, 4096)]
    [InlineData(AlexNetNetwork.Compact, 16, 3, 512)]
    [InlineData(AlexNetNetwork.Compact, 28, 1, 512)]
    [InlineData(AlexNetNetwork.Compact, 32, 3, 512)]
    [InlineData(AlexNetNetwork.Compact, 64, 3, 512)]
    [InlineData(AlexNetNetwork.Compact, 96, 3, 512)]
    public void Every_network_gives_logits_at_every_size(AlexNetNetwork which, int size, int channels, int hidden)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (AlexNetShape shape in (AlexNetShape[])[new(which, 7, size, channels), new(which, 7, size, channels) { OverlappingPooling = false, SixthConvolution = true }])
        {
            using AlexNetModule network = AlexNetModule.Create(shape);
            network.eval();
            Tensor pixels = rand(2, channels, size, size);
            Assert.Equal([2, hidden], network.Hidden(pixels).shape);
            Assert.Equal([2, 7], network.call(pixels).shape);
        }
    }

    [Fact]
    public void Compact_starts_at_chance_with_activations_of_one_scale()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(3);
        using AlexNetModule network = AlexNetModule.Create(new(AlexNetNetwork.Compact, 10, 32, 3));
        network.train();
        Tensor logits = network.call(randn(64, 3, 32, 32));
        Assert.InRange(logits.std().item<float>(), 0.3, 3);
    }

    [Fact]
    public void Response_normalization_is_the_papers_sum_of_squares()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] maps = [1, -20, 3, 40, 5, -60, 7];
        Tensor normalised = ResponseNormalization.Create().call(tensor(maps, [1, 7, 1, 1]));
        for (int i = 0; i < maps.Length; i++)
        {
            double squares = 0;
            for (int j = Math.Max(0, i - 2); j <= Math.Min(maps.Length - 1, i + 2); j++)
                squares += maps[j] * maps[j];
            Assert.Equal(maps[i] / Math.Pow(2 + 1e-4 * squares, 0.75), normalised[0, i, 0, 0].item<float>(), 4);
        }
    }

    // Weights and biases, once for every place they are applied at.
    private static List<long> Connections(AlexNetModule network)
    {
        List<long> connections = [];
        long side = network.Shape.Size;
        foreach (Module layer in network.Features.children())
        {
            if (layer is Convolution convolution)
            {
                side = (side + 2 * convolution.padding![0] - convolution.kernel_size[0]) / convolution.stride[0] + 1;
                connections.Add(side * side * convolution.parameters().Sum(p => p.numel()));
            }
            else if (layer is TorchSharp.Modules.MaxPool2d)
                side = (side - 3) / 2 + 1;
        }
        connections.AddRange(network.Classifier.children().Select(layer => layer.parameters().Sum(p => p.numel())));
        return connections;
    }
}

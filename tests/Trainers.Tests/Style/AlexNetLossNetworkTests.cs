using System.Globalization;
using MLNetGen.AlexNet;
using MLNetGen.Style;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Style;

/// <summary>An AlexNet of this library judges as its own layers see: from its ONNX file, and from its checkpoint.</summary>
public sealed class AlexNetLossNetworkTests : IDisposable
{
    private static readonly float[] Mean = [0.5f, 0.4f, 0.3f], Deviation = [0.2f, 0.25f, 0.3f];

    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-loss-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(AlexNetActivation.ReLU, 32)]
    [InlineData(AlexNetActivation.Elu, 48)]
    public void Its_layers_say_of_pictures_of_any_size_what_the_classifiers_say(AlexNetActivation activation, int size)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using AlexNetModule trained = Trained(new(AlexNetNetwork.Compact, 4, size, 3) { Activation = activation });
        Tensor pixels = StyleFixture.Numbers([2, 3, 70, 54], 1, 255) + 127.5;
        Tensor[] truth = Rectified(trained, (pixels / 255 - tensor(Mean, [1, 3, 1, 1])) / tensor(Deviation, [1, 3, 1, 1]), activation);

        List<string> hashes = [];
        foreach (string file in (string[])[Onnx(trained), SavedCheckpoint(trained)])
        {
            using LossNetwork network = LossNetworkFile.Open(file);
            IReadOnlyDictionary<string, Tensor> features = network.Features(pixels, network.DefaultStyleLayers);

            hashes.Add(network.WeightsHash);
            Assert.Equal($"AlexNet (Compact) from {Path.GetFileName(file)}", network.Description);
            Assert.Equal(["relu1", "relu2", "relu3", "relu4", "relu5"], network.DefaultStyleLayers);
            Assert.Contains("conv3", network.Layers);
            for (int layer = 1; layer <= 5; layer++)
            {
                Tensor expected = truth[layer - 1], actual = features[$"relu{layer}"];
                Assert.Equal(expected.shape, actual.shape);
                Assert.True((actual - expected).abs().max().ToDouble() <= 1e-4 * expected.abs().max().ToDouble(), $"relu{layer} from {file}");
            }
        }
        Assert.Equal(hashes[0], hashes[1]);
    }

    [Fact]
    public void Its_file_reads_alike_where_numbers_are_written_with_a_comma()
    {
        using AlexNetModule trained = Trained(new(AlexNetNetwork.Compact, 4, 32, 3));
        string file = Onnx(trained);
        using LossNetwork expected = LossNetworkFile.Open(file);
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator) = (",", ".");
        try
        {
            CultureInfo.CurrentCulture = german;
            using LossNetwork read = LossNetworkFile.Open(file);
            Assert.Equal(expected.WeightsHash, read.WeightsHash);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void One_that_sees_grey_is_refused()
    {
        using AlexNetModule trained = Trained(new(AlexNetNetwork.Compact, 4, 32, 1));
        Assert.Contains("grey", Assert.Throws<InvalidDataException>(() => LossNetworkFile.Open(SavedCheckpoint(trained))).Message);
    }

    private static AlexNetModule Trained(AlexNetShape shape)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        AlexNetModule network = AlexNetModule.Create(shape);
        network.train();
        // Running means and deviations of its own.
        for (int step = 0; step < 3; step++) network.call(randn(8, shape.Channels, shape.Size, shape.Size) + 0.3).Dispose();
        network.eval();
        return network;
    }

    private static Tensor[] Rectified(AlexNetModule network, Tensor x, AlexNetActivation activation)
    {
        List<Tensor> found = [];
        foreach (nn.Module<Tensor, Tensor> layer in network.Features.children().Cast<nn.Module<Tensor, Tensor>>())
        {
            x = layer.call(x);
            if (layer is ReLU or ELU) found.Add(x);
        }

        Assert.Equal(activation == AlexNetActivation.ReLU, network.Features.children().OfType<ReLU>().Any());
        return [.. found];
    }

    private string Onnx(AlexNetModule trained)
    {
        using OnnxFiles files = AlexNetPipeline.Export([trained], Settings(trained.Shape), new());
        files.CopyTo(folder);
        return Path.Combine(folder, ClassifierPipeline.File);
    }

    private string SavedCheckpoint(AlexNetModule trained)
    {
        string path = AlexNetCheckpoints.PathOf(folder, 1);
        using SGD optimizer = optim.SGD(trained.parameters(), 0.1);
        Checkpoint.Save(
            path, new RunHistory<AlexNetSettings, AlexNetEpoch>(Settings(trained.Shape)).ToHeader(),
            new Dictionary<string, nn.Module> { ["network"] = trained }, new Dictionary<string, OptimizerHelper> { ["optimizer"] = optimizer });
        return path;
    }

    private static AlexNetSettings Settings(AlexNetShape shape) => new()
    {
        Seed = 1,
        Recipe = AlexNetRecipe.For(shape, new()),
        Classes = ["a", "b", "c", "d"],
        TrainingRows = 1,
        TrainingData = "",
        Mean = Mean[..shape.Channels],
        Deviation = Deviation[..shape.Channels],
        Device = "cpu",
        NumberOfThreads = 1,
    };
}

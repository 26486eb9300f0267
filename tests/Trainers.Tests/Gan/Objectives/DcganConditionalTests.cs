using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Export;
using MLNetGen.Gan;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Gan;

public sealed class DcganConditionalTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly string workspace = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(workspace, recursive: true);

    [Theory]
    [InlineData(DcganNetwork.Mnist32)]
    [InlineData(DcganNetwork.Paper)]
    [InlineData(DcganNetwork.Mlp)]
    public void A_GAN_of_classes_draws_the_one_that_is_asked_for(DcganNetwork network)
    {
        IDataView moons = ml.Images.MoonPhases(40);
        DcganTrainer.Options options = new()
        {
            Network = network,
            ImageSize = 32,
            LabelColumnName = "Label",
            Width = 8,
            LatentDimension = 6,
            Steps = 2,
            BatchSize = 8,
            Seed = 5,
            NumberOfThreads = 1,
            WorkspacePath = workspace,
        };
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(options).Fit(moons);
        string[] names = [.. moons.GetColumn<string>("Label").Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(names, gan.ClassNames);
        Assert.Equal((names.Length, 6), (gan.Generator.ClassCount, gan.LatentDimension));
        Assert.InRange(gan.OnnxParity, 0, 1e-3);
        Assert.All(gan.Transform(moons).GetColumn<float[]>("Realness"), p => Assert.InRange(Assert.Single(p), 0, 1));

        // The same z as two classes: two pictures.
        byte[][] Draw(ITransformer generator, int ofClass) => [.. generator.Transform(ml.Generative.SampleLatent(2, 6, classes: [ofClass])).GetColumn<MLImage>("Image").Select(p => p.Pixels.ToArray())];
        byte[][] first = Draw(gan.Generator, 0);
        Assert.NotEqual(first, Draw(gan.Generator, 1));
        Assert.Equal(first, Draw(gan.Generator, 0));
        // There is none beyond the last.
        Assert.Equal(Draw(gan.Generator, names.Length - 1), Draw(gan.Generator, names.Length + 5));

        string path = Path.Combine(workspace, "model.zip");
        ml.Model.Save(gan.Generator, ml.Generative.SampleLatent(1, 6, classes: [0]).Schema, path);
        using DcganGenerator loaded = DcganGenerator.FromModel(ml, ml.Model.Load(path, out _));
        Assert.Equal((names.Length, 6), (loaded.ClassCount, loaded.LatentDimension));
        Assert.Equal(first, Draw(loaded, 0));
        gan.SaveReport(workspace);
        Assert.Contains(names[0], File.ReadAllText(Path.Combine(workspace, "report.html")));
    }

    [Fact]
    public void The_logit_of_a_pictures_own_class_counts()
    {
        manual_seed(1);
        DcganTrainer.Options options = new() { Width = 8, LatentDimension = 5, BatchSize = 4, GeneratorLearningRate = 1e-12, DiscriminatorLearningRate = 1e-12 };
        GanRecipe recipe = new(options, DcganNetwork.Mnist32, channels: 1, size: 32, ["a", "b"]);
        using DcganTask gan = new(recipe);
        using (no_grad())
        {
            Linear last = gan.Discriminator.modules().OfType<Linear>().Single();
            last.weight.zero_();
            last.bias!.copy_(tensor(new[] { 9f, -9f }));
        }
        Tensor pictures = rand(4, 1, 32, 32);
        GanLogRow a = GanLogRow.Of([.. gan.Step(pictures, tensor(new[] { 1f, 0 }, [1, 2]).expand(4, 2)).Select(number => number.ToDouble())]);
        GanLogRow b = GanLogRow.Of([.. gan.Step(pictures, tensor(new[] { 0f, 1 }, [1, 2]).expand(4, 2)).Select(number => number.ToDouble())]);
        Assert.Equal((0, 9), (a.RealLoss, a.FakeLoss), new Close());
        Assert.Equal((9, 0), (b.RealLoss, b.FakeLoss), new Close());
    }

    [Fact]
    public void An_index_is_rounded_to_a_class_that_there_is()
    {
        using OneHotClass layer = new(3);
        Tensor rows = layer.call(tensor(new[] { -7f, 0, 0.6f, 2, 3, 1e9f }, [6, 1]));
        Assert.Equal([0L, 0, 1, 2, 2, 2], rows.argmax(1).data<long>().ToArray());
        Assert.All(rows.sum(1).data<float>().ToArray(), sum => Assert.Equal(1, sum));
    }

    [Fact]
    public void A_file_that_draws_the_last_class_otherwise_than_the_network_is_refused()
    {
        manual_seed(1);
        GanRecipe recipe = new(new() { Width = 8, LatentDimension = 5 }, DcganNetwork.Mnist32, channels: 1, size: 32, ["a", "b", "c", "d"]);
        using Module<Tensor, Tensor> generator = GanNetworks.Generator(recipe), discriminator = GanNetworks.Discriminator(recipe);
        DcganPipeline.Export(recipe, generator, discriminator, new DcganTrainer.Options()).Dispose();
        using Sequential forgetful = Sequential(new LastColumnLost(9), generator);
        Assert.Contains("disagree", Assert.Throws<InvalidOperationException>(() => DcganPipeline.Export(recipe, forgetful, discriminator, new DcganTrainer.Options())).Message);
    }

    // In the file the last column, which is the last class's, becomes 0.
    private sealed class LastColumnLost(int width) : Module<Tensor, Tensor>(nameof(LastColumnLost)), IOnnxConvertible
    {
        public override Tensor forward(Tensor input) => input.alias();

        public void ToOnnx(OnnxCall call) =>
            call.SetOutput(call.Input() * call.Constant([.. Enumerable.Range(1, width).Select(i => i < width ? 1f : 0)], width));
    }

    private sealed class Close : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) x, (double, double) y) => Math.Abs(x.Item1 - y.Item1) < 0.01 && Math.Abs(x.Item2 - y.Item2) < 0.01;

        public int GetHashCode((double, double) value) => 0;
    }
}

using Microsoft.ML;
using MLNetGen.AlexNet;
using MLNetGen.Export;
using MLNetGen.Gan;
using MLNetGen.Style;
using MLNetGen.SuperResolution;
using MLNetGen.Vae;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Training.Pipelines;

/// <summary>Every family's files can be written from layers alone, as where libtorch's tracer is not there; each is held against its network when it is written.</summary>
public sealed class LayersOnlyTests : IDisposable
{
    private readonly IDisposable scope = NewDisposeScope();

    public LayersOnlyTests()
    {
        manual_seed(1);
        OnnxExporter.LayersOnly = true;
    }

    public void Dispose()
    {
        OnnxExporter.LayersOnly = false;
        scope.Dispose();
    }

    [Fact]
    public void What_is_no_layer_is_refused()
    {
        using var plain = new PlusOne();
        Assert.Throws<NotSupportedException>(() => OnnxExporter.Export(plain, rand(1, 2), Stream.Null));
    }

    [Theory]
    [InlineData(VaeArchitecture.Mlp, new long[] { 12 })]
    [InlineData(VaeArchitecture.Mlp, new long[] { 1, 8, 8 })]
    [InlineData(VaeArchitecture.Convolutional, new long[] { 3, 16, 16 })]
    public void Variational_autoencoders(VaeArchitecture architecture, long[] shape)
    {
        using VaeNetwork network = new(architecture, shape, 3);
        using OnnxFiles files = VaePipeline.Export(network, new VectorInput(new MLContext(1), "Pixels", shape), new() { LatentDimension = 3 }, classes: null);
        Assert.InRange(files.ParityOf(VaePipeline.EncoderFile), 0, 1e-4);
        Assert.InRange(files.ParityOf(VaePipeline.DecoderFile), 0, 1e-4);
    }

    [Theory]
    [InlineData(DcganNetwork.AnimeFace64, 3, 64, new string[0])]
    [InlineData(DcganNetwork.Mnist32, 1, 32, new string[0])]
    [InlineData(DcganNetwork.Mnist32, 1, 32, new[] { "a", "b", "c" })]
    [InlineData(DcganNetwork.Paper, 3, 64, new string[0])]
    [InlineData(DcganNetwork.Mlp, 1, 28, new[] { "a", "b" })]
    public void Generative_adversarial_networks(DcganNetwork network, int channels, int size, string[] classes)
    {
        GanRecipe recipe = new(new() { Width = 8, LatentDimension = 5 }, network, channels, size, classes);
        using Module<Tensor, Tensor> generator = GanNetworks.Generator(recipe), discriminator = GanNetworks.Discriminator(recipe);
        using OnnxFiles files = DcganPipeline.Export(recipe, generator, discriminator, new DcganTrainer.Options());
        Assert.InRange(DcganPipeline.ParityOf(files), 0, 1e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AlexNet_with_one_crop_and_ten(bool tenCrop)
    {
        AlexNetShape shape = new(AlexNetNetwork.Compact, 4, 64, 3);
        using AlexNetModule one = AlexNetModule.Create(shape), two = AlexNetModule.Create(shape);
        AlexNetSettings settings = new()
        {
            Seed = 1,
            Recipe = AlexNetRecipe.For(shape, new()),
            Classes = ["a", "b", "c", "d"],
            TrainingRows = 1,
            TrainingData = "",
            Mean = [0.5f, 0.4f, 0.3f],
            Deviation = [0.2f, 0.3f, 0.4f],
            Device = "cpu",
            NumberOfThreads = 1,
        };
        using OnnxFiles files = AlexNetPipeline.Export([one, two], settings, new() { TenCrop = tenCrop, TopK = 2, OutputFeatures = true });
        Assert.InRange(files.ParityOf(ClassifierPipeline.File), 0, 1e-4);
    }

    [Theory]
    [InlineData(StyleNetwork.Small, 1, StyleUpsampling.NearestConvolution, StylePadding.Same)]
    [InlineData(StyleNetwork.Full, 2, StyleUpsampling.TransposedConvolution, StylePadding.Reflection)]
    public void Style_networks(StyleNetwork network, int styles, StyleUpsampling upsampling, StylePadding padding)
    {
        using TransformNetwork transform = new(new StyleShape(network, styles, upsampling, padding));
        using StyleOnnxFiles files = StyleOnnxFiles.Export(transform, [.. Enumerable.Range(0, styles).Select(i => $"style {i}")], "none");
        Assert.InRange(files.Parity, 0, 0.3);
        Assert.True(new FileInfo(files.WritePipeline(transform, 0.5f, [.. Enumerable.Repeat(1f / styles, styles)])).Length > 0);
    }

    [Theory]
    [InlineData(SuperResolutionArchitecture.Residual)]
    [InlineData(SuperResolutionArchitecture.Paper)]
    public void Super_resolution(SuperResolutionArchitecture architecture)
    {
        using SuperResolutionNetwork network = new(architecture, 4, 16);
        using OnnxFiles files = SuperResolutionTrainer.Export(network, new() { Architecture = architecture, Factor = 4, Width = 16 });
        Assert.InRange(files.ParityOf(SuperResolutionTransformer.NetworkFile), 0, 0.1);
    }

    private sealed class PlusOne() : Module<Tensor, Tensor>(nameof(PlusOne))
    {
        public override Tensor forward(Tensor input) => input + 1;
    }
}

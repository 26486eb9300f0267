using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetGen.Style;
using MLNetGen.SuperResolution;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Training.Pipelines;

/// <summary>Networks of any size obey the GPU that a context names: here one that no machine has.</summary>
public sealed class ContextGpuTests : IDisposable
{
    private const int Absent = 99;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly MLContext ml = new(seed: 1);
    private readonly List<string> warnings = [];

    public ContextGpuTests()
    {
        manual_seed(1);
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning) warnings.Add(e.RawMessage);
        };
    }

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_session_is_given_the_GPU_that_is_asked_for()
    {
        using (PictureSessions.Options(1, gpu: null))
        {
        }
        Assert.ThrowsAny<Exception>(() => PictureSessions.Options(1, Absent));
    }

    [Fact]
    public void A_style_network_says_that_there_is_none_or_falls_back_whole_and_in_tiles()
    {
        using TransformNetwork network = new(new StyleShape(StyleNetwork.Small, 1, StyleUpsampling.NearestConvolution, StylePadding.Reflection));
        using StyleOnnxFiles files = StyleOnnxFiles.Export(network, ["one"], "none");
        Picture picture = Random(150, 90);
        StylizeOptions tiles = new() { TileSize = 64, LargestWholePicture = 0 };
        using StyleModel processor = StyleModel.Open(files.Floats, numberOfThreads: 1);
        ml.GpuDeviceId = Absent;
        Assert.StartsWith("MLContext.GpuDeviceId is 99, and ONNX Runtime cannot use that GPU here (",
            Assert.Throws<InvalidOperationException>(() => StyleModel.Open(files.Floats, numberOfThreads: 1, ml)).Message, StringComparison.Ordinal);
        ml.FallbackToCpu = true;
        using StyleModel fallen = StyleModel.Open(files.Floats, numberOfThreads: 1, ml);
        Assert.EndsWith("networks are run on the processor.", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(processor.Stylize(picture).Pixels, fallen.Stylize(picture).Pixels);
        Assert.Equal(processor.Stylize(picture, tiles).Pixels, fallen.Stylize(picture, tiles).Pixels);
    }

    [Fact]
    public void A_super_resolution_network_says_that_there_is_none_or_falls_back_whole_and_in_tiles()
    {
        using SuperResolutionNetwork network = new(SuperResolutionArchitecture.Residual, factor: 2, width: 4);
        network.eval();
        using OnnxFiles files = SuperResolutionTrainer.Export(network, new SuperResolutionTrainer.Options { Factor = 2, Width = 4 });
        // More than 384 pixels a side are enlarged in tiles.
        Picture small = Random(30, 20), large = Random(400, 30);
        using SuperResolutionTransformer processor = SuperResolutionTransformer.Load(ml, files[SuperResolutionTransformer.BytesFile], numberOfThreads: 1);
        byte[] expected = processor.Upscale(small).Pixels, tiled = processor.Upscale(large).Pixels;
        ml.GpuDeviceId = Absent;
        Assert.StartsWith("MLContext.GpuDeviceId is 99, and ONNX Runtime cannot use that GPU here (",
            Assert.Throws<InvalidOperationException>(() => SuperResolutionTransformer.Load(ml, files[SuperResolutionTransformer.BytesFile], numberOfThreads: 1)).Message, StringComparison.Ordinal);
        ml.FallbackToCpu = true;
        using SuperResolutionTransformer fallen = SuperResolutionTransformer.Load(ml, files[SuperResolutionTransformer.BytesFile], numberOfThreads: 1);
        Assert.EndsWith("networks are run on the processor.", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(expected, fallen.Upscale(small).Pixels);
        Assert.Equal(tiled, fallen.Upscale(large).Pixels);
    }

    private static Picture Random(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(3).NextBytes(pixels);
        return new Picture(width, height, 3, pixels);
    }
}

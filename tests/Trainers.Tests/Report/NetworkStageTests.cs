using System.Xml.Linq;
using MLNetGen.Export;
using MLNetGen.Gan;
using MLNetGen.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Report;

public sealed class NetworkStageTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-test-{Guid.NewGuid():N}.onnx");

    public void Dispose() => File.Delete(path);

    // Shapes: the layers' own formula. Parameters: in · out · kernel² + out, and 2 · out for BatchNorm.
    [Fact]
    public void A_generator_is_a_stage_a_layer_with_weights()
    {
        using AnimeFaceGenerator generator = new(new GanShape(10, 3, 32, 8));
        OnnxExporter.Export(generator, zeros(1, 10), path);
        IReadOnlyList<NetworkStage> stages = NetworkStage.Of(OnnxSummary.Read(path));
        Assert.Equal(["32×4×4", "16×8×8", "8×16×16", "8×16×16", "3×32×32"], stages.Select(stage => string.Join('×', stage.Shape)));
        Assert.Equal(["ConvTranspose", "ConvTranspose", "ConvTranspose", "Conv", "ConvTranspose"], stages.Select(stage => stage.Name));
        Assert.Equal("4×4 s2 p1", stages[1].Settings);
        Assert.Equal(["BatchNorm", "LeakyReLU"], stages[1].Followers);
        Assert.Equal(["tanh"], stages[^1].Followers);
        Assert.Equal((32 * 16 * 16) + 16 + (2 * 16), stages[1].Parameters);
        Assert.Equal(generator.parameters().Sum(p => p.numel()), stages.Sum(stage => stage.Parameters));
    }

    [Fact]
    public void Upsampling_belongs_to_the_convolution_after_it_and_a_dense_layer_to_the_map_it_becomes()
    {
        using MnistGenerator generator = new(new GanShape(10, 1, 32, 8));
        OnnxExporter.Export(generator, zeros(1, 10), path);
        IReadOnlyList<NetworkStage> stages = NetworkStage.Of(OnnxSummary.Read(path));
        Assert.Equal([("Dense", "16×8×8"), ("×2, Conv", "16×16×16"), ("×2, Conv", "8×32×32"), ("Conv", "1×32×32")], stages.Select(stage => (stage.Name, string.Join('×', stage.Shape))));
    }

    [Fact]
    public void A_value_times_its_own_sigmoid_is_SiLU_and_a_sigmoid_alone_is_one()
    {
        using Sequential network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.SiLU(), nn.Flatten(), nn.Linear(2 * 6 * 6, 3), nn.Sigmoid());
        OnnxExporter.Export(network, zeros(1, 1, 8, 8), path);
        Assert.Equal([["SiLU"], ["sigmoid"]], NetworkStage.Of(OnnxSummary.Read(path)).Select(stage => stage.Followers));
    }

    [Fact]
    public void A_drawing_is_well_formed_and_says_every_shape()
    {
        using AnimeFaceDiscriminator discriminator = new(new GanShape(10, 3, 32, 8), DiscriminatorLayers.Plain);
        OnnxExporter.Export(discriminator, zeros(1, 3, 32, 32), path);
        string drawing = NetworkDiagram.Blocks("picture", [3, 32, 32], NetworkStage.Of(OnnxSummary.Read(path)));
        string[] texts = [.. XElement.Parse(drawing).Descendants("text").Select(text => text.Value)];
        Assert.Equal(["3×32×32", "8×16×16", "16×8×8", "32×4×4", "1"], texts.Where(text => text == "1" || text.Contains('×', StringComparison.Ordinal) && !text.Contains(' ', StringComparison.Ordinal)));
    }
}

using MLNetGen.Onnx;
using MLNetGen.Tests;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Summaries of files that this library wrote, against formulas, modules and python3-onnx.</summary>
public class SummaryTests
{
    public static TheoryData<string> Networks => [.. NetworkCases.All.Keys];

    // Krizhevsky et al. 2012 at 227×227: a convolution has (K²·C_in/groups+1)·C_out parameters, and H_out·W_out times as many
    // connections; a dense layer has (inputs+1)·outputs of both.
    [Theory]
    [InlineData(2, 60_965_224, 725_066_088)]
    [InlineData(1, 62_378_344, 1_135_915_368)]
    public void AlexNet_has_the_parameters_and_connections_of_the_formulas(int groups, long parameters, long connections)
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(
            Conv2d(3, 96, 11, stride: 4), ReLU(), MaxPool2d(3, stride: 2),
            Conv2d(96, 256, 5, padding: 2, groups: groups), ReLU(), MaxPool2d(3, stride: 2),
            Conv2d(256, 384, 3, padding: 1), ReLU(),
            Conv2d(384, 384, 3, padding: 1, groups: groups), ReLU(),
            Conv2d(384, 256, 3, padding: 1, groups: groups), ReLU(), MaxPool2d(3, stride: 2),
            Flatten(), Linear(9216, 4096), ReLU(), Linear(4096, 4096), ReLU(), Linear(4096, 1000));
        OnnxSummary summary = Summarize(network, zeros(1, 3, 227, 227));

        (int K, int In, int Groups, int Out, int Side)[] convolutions =
            [(11, 3, 1, 96, 55), (5, 96, groups, 256, 27), (3, 256, 1, 384, 13), (3, 384, groups, 384, 13), (3, 384, groups, 256, 13)];
        (int In, int Out)[] dense = [(9216, 4096), (4096, 4096), (4096, 1000)];
        long[] expected = [.. convolutions.Select(c => ((long)c.K * c.K * c.In / c.Groups + 1) * c.Out), .. dense.Select(d => (d.In + 1L) * d.Out)];
        long[] sides = [.. convolutions.Select(c => (long)c.Side * c.Side), 1, 1, 1];
        OnnxLayer[] weighty = [.. summary.Layers.Where(layer => layer.Parameters > 0)];
        Assert.Equal(expected, weighty.Select(layer => layer.Parameters));
        Assert.Equal(expected.Zip(sides, (p, side) => p * side), weighty.Select(layer => layer.MultiplyAdds!.Value));
        Assert.Equal(34_944, weighty[0].Parameters);
        Assert.Equal(105_705_600, weighty[0].MultiplyAdds);
        Assert.Equal("11×11 s4", weighty[0].Settings);
        Assert.Equal(groups == 1 ? "5×5 p2" : "5×5 p2 g2", weighty[1].Settings);
        Assert.Equal("9216→4096", weighty[5].Settings);
        Assert.Equal([1, 96, 55, 55], weighty[0].OutputShape!);
        Assert.Equal(parameters, summary.Parameters);
        Assert.Equal(connections, summary.MultiplyAdds);
        Assert.Equal(4 * parameters, summary.WeightBytes);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_networks_parameters_are_its_modules_and_every_shape_is_known(string name)
    {
        using var scope = NewDisposeScope();
        NetworkCase network = NetworkCases.All[name];
        using var module = network.Build();
        OnnxSummary summary = Summarize(module, network.Input(2));
        Assert.Equal(module.parameters().Sum(weight => weight.numel()), summary.Parameters);
        Assert.Null(summary.ShapesMissing);
        Assert.All(summary.Layers, layer => Assert.NotNull(layer.OutputShape));
        Assert.True(summary.MultiplyAdds > 0);
    }

    [PythonTheory(PythonOnnx.Module)]
    [MemberData(nameof(Networks))]
    public void Every_layers_shape_is_the_one_that_onnx_infers(string name)
    {
        using var scope = NewDisposeScope();
        NetworkCase network = NetworkCases.All[name];
        using var module = network.Build();
        // A fixed batch, so that inference knows every length.
        using OnnxFile file = OnnxFile.Of(module, network.Input(1), new OnnxExportOptions { DynamicBatch = false });
        IReadOnlyDictionary<string, long[]> inferred = PythonShapes.Infer(file.Path);
        OnnxSummary summary = OnnxSummary.Read(file.Path);
        IReadOnlyList<string> values = file.FirstOutputs();
        Assert.Equal(values.Count, summary.Layers.Count);
        Assert.All(values.Zip(summary.Layers), pair => Assert.Equal(inferred[pair.First], pair.Second.OutputShape));
    }

    [Fact]
    public void Weights_that_two_layers_share_are_counted_once()
    {
        using var scope = NewDisposeScope();
        var shared = Linear(8, 8);
        OnnxSummary summary = Summarize(new Network(x => shared.call(shared.call(x)), shared), zeros(1, 8));
        Assert.Equal(72, summary.Parameters);
        Assert.Equal([(72L, 0L), (72L, 72L)], summary.Layers.Select(layer => (layer.Parameters, layer.SharedParameters)));
        Assert.Equal(2 * 72, summary.MultiplyAdds);
    }

    [Fact]
    public void Running_statistics_are_no_parameters()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(2 * 6, Summarize(BatchNorm2d(6), zeros(1, 6, 4, 4)).Parameters);
    }

    [Fact]
    public void Half_precision_weights_are_counted_where_they_are_used()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(Conv2d(3, 8, 3), ReLU(), Flatten(), Linear(8 * 6 * 6, 10));
        OnnxSummary full = Summarize(network, zeros(1, 3, 8, 8));
        OnnxSummary half = Summarize(network, zeros(1, 3, 8, 8), new OnnxExportOptions { WeightType = OnnxWeightType.Float16 });
        Assert.Equal(full.Parameters, half.Parameters);
        Assert.Equal(full.MultiplyAdds, half.MultiplyAdds);
        Assert.True(half.WeightBytes < 0.6 * full.WeightBytes);
        Assert.Equal(
            full.Layers.Select(layer => (layer.Name, layer.Parameters)),
            half.Layers.Where(layer => !layer.IsBookkeeping).Select(layer => (layer.Name, layer.Parameters)));
    }

    // A transposed convolution multiplies every input position with every kernel: 5·7 positions, 4·6·3·3 weights in 2 groups;
    // its biases are added at each of the 6·(5·2+1)·(7·2+1) outputs.
    [Fact]
    public void A_transposed_convolution_is_counted_by_its_input()
    {
        using var scope = NewDisposeScope();
        OnnxSummary summary = Summarize(ConvTranspose2d(4, 6, 3, stride: 2, groups: 2), zeros(1, 4, 5, 7));
        OnnxLayer layer = Assert.Single(summary.Layers);
        Assert.Equal([1, 6, 11, 15], layer.OutputShape!);
        Assert.Equal((4 * 6 / 2 * 9) + 6, layer.Parameters);
        Assert.Equal((5 * 7 * 4 * 6 / 2 * 9) + (6 * 11 * 15), layer.MultiplyAdds);
    }

    [Fact]
    public void A_dense_layer_costs_the_same_in_whichever_form_it_is_written()
    {
        using var scope = NewDisposeScope();
        OnnxSummary sequence = Summarize(Linear(8, 3), zeros(1, 5, 8));
        Assert.Equal((8 + 1) * 3, sequence.Parameters);
        Assert.Equal(5 * (8 + 1) * 3, sequence.MultiplyAdds);
    }

    [Fact]
    public void Open_heights_and_widths_are_counted_at_224_or_where_asked()
    {
        using var scope = NewDisposeScope();
        using var file = OnnxFile.Of(Conv2d(3, 2, 3, padding: 1, bias: false), zeros(1, 3, 8, 8), new OnnxExportOptions { DynamicSize = true });
        OnnxSummary standard = OnnxSummary.Read(file.Path), small = OnnxSummary.Read(file.Path, size: 10);
        Assert.Equal(["batch", "3", "height", "width"], standard.Inputs[0].Shape!);
        Assert.Equal([1, 3, 224, 224], standard.CountedAt["input"]);
        Assert.Equal(224 * 224 * 54, standard.MultiplyAdds);
        Assert.Equal([1, 2, 10, 10], small.Layers[0].OutputShape!);
        Assert.Equal(10 * 10 * 54, small.MultiplyAdds);
    }

    [Fact]
    public void Names_metadata_and_sizes_are_the_files()
    {
        using var scope = NewDisposeScope();
        using var file = OnnxFile.Of(new NestedNetwork(), zeros(2, 3, 8, 8), new OnnxExportOptions
        {
            InputNames = ["pixels"],
            OutputNames = ["scores"],
            ModelName = "birds",
            Opset = 15,
            Metadata = { ["labels"] = "owl,wren" },
        });
        OnnxSummary summary = OnnxSummary.Read(file.Path);
        Assert.Equal(("birds", "MLNetGen", 15L), (summary.Name, summary.Producer, summary.Opset));
        Assert.Equal("owl,wren", summary.Metadata["labels"]);
        Assert.Equal(new FileInfo(file.Path).Length, summary.FileBytes);
        Assert.Equal(("pixels", "float32", "batch×3×8×8"), (summary.Inputs[0].Name, summary.Inputs[0].ElementType, summary.Inputs[0].ShapeText));
        Assert.Equal(("scores", "batch×5"), (summary.Outputs[0].Name, summary.Outputs[0].ShapeText));
        Assert.Equal("stem.0", summary.Layers[0].Name);
        using FileStream stream = File.OpenRead(file.Path);
        Assert.Equal(summary.Parameters, OnnxSummary.Read(stream).Parameters);
    }

    private static OnnxSummary Summarize(ExportableModule module, Tensor example, OnnxExportOptions? options = null)
    {
        using OnnxFile file = OnnxFile.Of(module, example, options);
        return OnnxSummary.Read(file.Path);
    }
}

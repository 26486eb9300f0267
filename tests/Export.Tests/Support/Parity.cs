using MLNetGen.Onnx.Format;
using MLNetGen.Tests;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests;

/// <summary>Exports at batch 2 and compares at batches 1 and 3, so that a batch frozen into the file shows.</summary>
public static class Parity
{
    public static void Holds(ExportableModule module, long[][] rowShapes, double tolerance = 1e-5, OnnxExportOptions? options = null, bool isMadeOfLayers = true)
    {
        using var scope = NewDisposeScope();
        Tensor[] example = [.. rowShapes.Select(shape => Input(shape, 2))];
        using OnnxFile file = OnnxFile.Of(module, example, options);
        if (isMadeOfLayers) AssertLayersGiveTheSameGraph(module, example, file, options);
        int opset = (options ?? new()).Opset;
        if (PythonOnnx.IsPresent && opset <= PythonOnnx.HighestOpset) Assert.Null(PythonOnnx.Complaint(file.Path));
        foreach (long batch in new long[] { 1, 3 })
        {
            OnnxParity parity = OnnxCheck.Compare(module, file.Path, [.. rowShapes.Select(shape => Input(shape, batch))]);
            Assert.True(parity.IsWithin(tolerance), $"batch {batch}: {parity}");
        }
    }

    /// <summary>Exports at one size and compares at others, so that a length frozen into the file shows.</summary>
    public static void HoldsAtOtherSizes(ExportableModule module, long[] rowShape, long[][] otherRowShapes, OnnxExportOptions options)
    {
        using var scope = NewDisposeScope();
        Tensor example = Input(rowShape, 2);
        using OnnxFile file = OnnxFile.Of(module, example, options);
        AssertLayersGiveTheSameGraph(module, [example], file, options);
        if (PythonOnnx.IsPresent && options.Opset <= PythonOnnx.HighestOpset) Assert.Null(PythonOnnx.Complaint(file.Path));
        foreach (long[] other in otherRowShapes)
        {
            OnnxParity parity = OnnxCheck.Compare(module, file.Path, Input(other, 3));
            Assert.True(parity.IsWithin(1e-5), $"[{string.Join(", ", rowShape)}] exported, [{string.Join(", ", other)}] compared: {parity}");
        }
    }

    // Where libtorch's tracer is not there, the file is the same.
    private static void AssertLayersGiveTheSameGraph(ExportableModule module, Tensor[] example, OnnxFile file, OnnxExportOptions? options)
    {
        using var layersOnly = new LayersOnly();
        using OnnxFile other = OnnxFile.Of(module, example, options);
        GraphProto one = file.Graph(), two = other.Graph();
        Assert.Equal(one.Node, two.Node);
        Assert.Equal(one.Initializer, two.Initializer);
        Assert.Equal(one.Input, two.Input);
        Assert.Equal(one.Output, two.Output);
    }

    public static void Holds(ExportableModule module, params long[] rowShape) => Holds(module, [rowShape]);

    /// <summary>Values on both sides of every kink of an activation.</summary>
    public static Tensor Input(long[] rowShape, long batch) => randn([batch, .. rowShape]) * 3;

    /// <summary>Gives parameters and running statistics values that no default hides behind.</summary>
    public static TModule Shaken<TModule>(TModule module)
        where TModule : nn.Module
    {
        using (no_grad())
        {
            foreach ((string name, Tensor weight) in module.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter))
                .Concat(module.named_buffers().Select(pair => (pair.name, pair.buffer))))
            {
                if (!weight.is_floating_point()) continue;
                if (name.EndsWith("running_var", StringComparison.Ordinal)) weight.uniform_(0.5, 1.5);
                else weight.uniform_(-0.5, 0.5);
            }
        }

        return module;
    }
}

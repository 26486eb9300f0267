using Google.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static MLNetGen.Onnx.Format.TensorProto.Types;

namespace MLNetGen.Tests.Quantization;

/// <summary>Files in 8 bits against arithmetic by hand, and against the same files in float32 in ONNX Runtime.</summary>
public sealed class OnnxQuantizerTests : IDisposable
{
    private static readonly OnnxQuantizationOptions Anything = new() { MaximumLoss = double.PositiveInfinity };

    private readonly TemporaryFolder folder = new();

    private string Target => folder.File("int8.onnx");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_layer_computes_what_whole_numbers_give_by_hand()
    {
        // Two inputs from -1 to 3, three outputs, one row a calibration.
        float[] weights = [0.5f, -2f, 0.013f, -0.26f, 0.9f, 0.02f], bias = [0.3f, -0.7f, 0.001f];
        using SmallModel model = new SmallModel().Input("x", DataType.Float, null, 2).Weights("w", weights, 2, 3).Weights("b", bias, 3)
            .Node("Gemm", ["x", "w", "b"], ["y"]).Output("y", DataType.Float, null, 3).Write();
        float[][] rows = [[-1, 3], [0.41f, 2.2f], [1.234f, -0.5f]];
        OnnxQuantizationReport report = OnnxQuantizer.Quantize(model.Path, Target, rows.Select(row => Row("x", row, 1, 2)), Anything);
        Assert.Equal([new OnnxQuantizedLayer("y", "Gemm", true)], report.Layers);

        // By the formulas: a level is 4/255, 0 is level 64; weights by column, in steps of the largest by 127; what is added, in steps of both.
        double step = 4 / 255.0;
        double[] largest = [0.5, 2, 0.02];
        foreach (float[] row in rows)
        {
            float[] y = Run(Target, Row("x", row, 1, 2))["y"];
            for (int column = 0; column < 3; column++)
            {
                double scale = largest[column] / 127;
                double sum = Math.Round(bias[column] / (step * scale), MidpointRounding.ToEven);
                for (int i = 0; i < 2; i++)
                    sum += (Math.Clamp(Math.Round(row[i] / step, MidpointRounding.ToEven) + 64, 0, 255) - 64) * Math.Round(weights[(i * 3) + column] / scale,
                        MidpointRounding.ToEven);
                Assert.Equal(sum * step * scale, y[column], 1e-5);
            }
        }
    }

    // As ResNet-18 of ML.NET's package has it: −∞ around a picture is never the largest.
    [Fact]
    public void A_pool_that_reads_what_is_padded_by_minus_infinity_has_levels_of_its_own()
    {
        Random random = new(1);
        float[] first = Numbers(random, 2 * 9), second = Numbers(random, 2 * 2 * 9);
        using SmallModel model = new SmallModel().Input("x", DataType.Float, null, 1, 8, 8).Weights("w1", first, 2, 1, 3, 3).Weights("w2", second, 2, 2, 3, 3)
            .Weights("lowest", [float.NegativeInfinity]).Integers("pads", [0, 0, 1, 1, 0, 0, 1, 1])
            .Node("Conv", ["x", "w1"], ["c"], ("pads", (long[])[1, 1, 1, 1])).Node("Pad", ["c", "pads", "lowest"], ["padded"])
            .Node("MaxPool", ["padded"], ["p"], ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[2, 2])).Node("Conv", ["p", "w2"], ["y"])
            .Output("y", DataType.Float, null, 2, 2, 2).Write();
        float[][] rows = [.. Enumerable.Range(0, 4).Select(_ => Numbers(random, 64))];
        OnnxQuantizationReport report = OnnxQuantizer.Quantize(model.Path, Target, rows.Select(row => Row("x", row, 1, 1, 8, 8)), Anything);
        Assert.All(report.Layers, layer => Assert.True(layer.IsQuantized));
        foreach (float[] row in rows)
        {
            float[] expected = Run(model.Path, Row("x", row, 1, 1, 8, 8))["y"], found = Run(Target, Row("x", row, 1, 1, 8, 8))["y"];
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 0.05 * expected.Max(Math.Abs)));
        }
    }

    [Fact]
    public void A_convolution_computes_what_whole_numbers_give_by_hand()
    {
        Random random = new(1);
        float[] weights = Numbers(random, 2 * 1 * 3 * 3), bias = [0.2f, -0.1f], picture = Numbers(random, 25);
        using SmallModel model = new SmallModel().Input("x", DataType.Float, null, 1, 5, 5).Weights("w", weights, 2, 1, 3, 3).Weights("b", bias, 2)
            .Node("Conv", ["x", "w", "b"], ["y"], ("pads", (long[])[1, 1, 1, 1])).Output("y", DataType.Float, null, 2, 5, 5).Write();
        OnnxQuantizer.Quantize(model.Path, Target, [Row("x", picture, 1, 1, 5, 5)], Anything);
        float[] y = Run(Target, Row("x", picture, 1, 1, 5, 5))["y"];

        (double step, double zero) = Levels(picture);
        double[] x = [.. picture.Select(value => Math.Clamp(Math.Round(value / step) + zero, 0, 255) - zero)];
        double[] exact = new double[50];
        for (int channel = 0; channel < 2; channel++)
        {
            double scale = weights.Skip(channel * 9).Take(9).Max(Math.Abs) / 127;
            for (int row = 0; row < 5; row++)
                for (int column = 0; column < 5; column++)
                {
                    double sum = Math.Round(bias[channel] / (step * scale));
                    for (int i = 0; i < 3; i++)
                        for (int j = 0; j < 3; j++)
                            if (row + i is >= 1 and <= 5 && column + j is >= 1 and <= 5)
                                sum += x[((row + i - 1) * 5) + column + j - 1] * Math.Round(weights[(channel * 9) + (i * 3) + j] / scale);
                    exact[(channel * 25) + (row * 5) + column] = sum * step * scale;
                }
        }
        // What it gives has 256 levels too, between the limits that the float32 file gave; one that lies between two may go to either.
        float[] before = Run(model.Path, Row("x", picture, 1, 1, 5, 5))["y"];
        (double outputStep, double outputZero) = Levels(before);
        Assert.All(exact.Zip(y), pair => Assert.InRange(pair.Second / outputStep - Math.Clamp(pair.First / outputStep, -outputZero, 255 - outputZero), -0.501, 0.501));
        Assert.All(y, value => Assert.Equal(Math.Round(value / outputStep), value / outputStep, 1e-3));
    }

    [Fact]
    public void ONNX_Runtime_runs_convolutions_pools_sums_and_matrices_in_8_bits()
    {
        using SmallModel model = Network();
        OnnxQuantizationReport report = OnnxQuantizer.Quantize(model.Path, Target, Pictures(20), Anything);
        Assert.Equal(["Conv", "Conv", "Conv", "Gemm"], report.Layers.Select(layer => layer.Operator));
        string[] operators = Optimized(Target);
        Assert.DoesNotContain(operators, name => name is "Conv" or "FusedConv" or "com.microsoft.FusedConv" or "Gemm" or "Add" or "Relu" or "com.microsoft.FusedGemm");
        Assert.Equal(3, operators.Count(name => name.EndsWith("QLinearConv", StringComparison.Ordinal)));
        Assert.Contains("com.microsoft.QLinearAdd", operators);
        Assert.Contains("com.microsoft.QGemm", operators);
        // The picture on its way in, and nothing else, is made whole.
        Assert.Single(operators, "QuantizeLinear");
        Assert.InRange(report.Outputs.Single().Relative, 1e-6, 0.01);
    }

    [Fact]
    public void A_batch_normalisation_becomes_part_of_its_layer()
    {
        Random random = new(1);
        using SmallModel model = new SmallModel().Input("x", DataType.Float, null, 3, 8, 8).Weights("w", Numbers(random, 4 * 3 * 9), 4, 3, 3, 3)
            .Weights("gamma", [1, 2, 0.5f, 3], 4).Weights("beta", [0.1f, 0, -0.3f, 0.2f], 4).Weights("mean", [0.5f, -0.5f, 0, 1], 4).Weights("variance", [1, 4, 0.25f, 2], 4)
            .Node("Conv", ["x", "w"], ["c"]).Node("BatchNormalization", ["c", "gamma", "beta", "mean", "variance"], ["n"]).Node("Relu", ["n"], ["y"])
            .Output("y", DataType.Float, null, 4, 6, 6).Write();
        OnnxQuantizationReport report = OnnxQuantizer.Quantize(model.Path, Target, Pictures(10), Anything);
        Assert.DoesNotContain(OnnxSummary.Read(Target).Layers, layer => layer.Operator == "BatchNormalization");
        Assert.InRange(report.Outputs.Single().Relative, 1e-6, 0.01);
    }

    [Fact]
    public void Inputs_outputs_metadata_and_names_of_slots_stay()
    {
        using SmallModel model = new SmallModel().Input("x", DataType.Float, null, 6).Weights("w", Numbers(new Random(1), 12), 6, 2).Node("MatMul", ["x", "w"], ["Score"])
            .Node("ArgMax", ["Score"], ["Best"], ("axis", 1L)).Slots("Score", "cat", "dog").Output("Score", DataType.Float, null, 2)
            .Output("Best", DataType.Int64, null, 1).Write();
        OnnxMetadata.Append(model.Path, new Dictionary<string, string> { ["labels"] = "[\"cat\",\"dog\"]" });
        OnnxQuantizer.Quantize(model.Path, Target, Rows(20), Anything);
        OnnxSummary before = OnnxSummary.Read(model.Path), after = OnnxSummary.Read(Target);
        Assert.Equal(before.Inputs.Select(input => (input.Name, input.ElementType, input.ShapeText)),
            after.Inputs.Select(input => (input.Name, input.ElementType, input.ShapeText)));
        Assert.Equal(before.Outputs.Select(output => (output.Name, output.ElementType, output.ShapeText)),
            after.Outputs.Select(output => (output.Name, output.ElementType, output.ShapeText)));
        Assert.Equal(before.Metadata, after.Metadata);
        Assert.Equal(before.Opset, after.Opset);
        MLContext ml = new();
        using var transformer = ml.Transforms.ApplyOnnxModel(new OnnxOptions { ModelFile = Target, InputColumns = ["x"], OutputColumns = ["Score"] })
            .Fit(Vectors(ml));
        VBuffer<ReadOnlyMemory<char>> names = default;
        transformer.GetOutputSchema(Vectors(ml).Schema)["Score"].GetSlotNames(ref names);
        Assert.Equal(["cat", "dog"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void More_loss_than_is_allowed_leaves_what_was_there()
    {
        using SmallModel model = Network();
        File.WriteAllText(Target, "before");
        List<string> judged = [];
        OnnxQuantizationException refused = Assert.Throws<OnnxQuantizationException>(() => OnnxQuantizer.Quantize(model.Path, Target, Pictures(5), new OnnxQuantizationOptions
        {
            MaximumLoss = 0.01,
            KeepSensitiveLayers = false,
            Accuracy = path =>
            {
                judged.Add(path);
                Assert.NotEmpty(Run(path, Pictures(1)[0])["y"]);
                return path == model.Path ? 0.9 : 0.85;
            },
        }));
        Assert.Equal((0.9, 0.85), (refused.Report.AccuracyBefore, refused.Report.AccuracyAfter));
        Assert.Equal(0.05, refused.Report.Loss, 1e-9);
        Assert.Equal(2, judged.Count);
        Assert.Equal("before", File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_layer_that_costs_most_stays_in_float32()
    {
        // The first layer's input has one number of a thousand, which takes all 256 levels; the second's are even.
        Random random = new(1);
        float[] narrow = Numbers(random, 6 * 4), wide = Numbers(random, 4 * 3);
        for (int i = 0; i < 4; i++) narrow[i] = 1e-4f;
        using SmallModel model = new SmallModel().Input("x", DataType.Float, null, 6).Weights("narrow", narrow, 6, 4).Weights("wide", wide, 4, 3)
            .Node("MatMul", ["x", "narrow"], ["hidden"]).Node("MatMul", ["hidden", "wide"], ["y"]).Output("y", DataType.Float, null, 3).Write();
        IReadOnlyList<NamedOnnxValue>[] rows = [.. Enumerable.Range(0, 30).Select(_ => Row("x", [random.NextSingle() * 1000, .. Numbers(random, 5)], 1, 6))];
        OnnxQuantizationReport report = OnnxQuantizer.Quantize(model.Path, Target, rows, new OnnxQuantizationOptions { MaximumLoss = 0.02 });
        Assert.Equal([("hidden", false), ("y", true)], report.Layers.Select(layer => (layer.Name, layer.IsQuantized)));
        Assert.InRange(report.Loss, 1e-9, 0.02);
        OnnxQuantizationException refused = Assert.Throws<OnnxQuantizationException>(() => OnnxQuantizer.Quantize(
            model.Path, Target, rows, new OnnxQuantizationOptions { MaximumLoss = 0.02, KeepSensitiveLayers = false }));
        Assert.True(refused.Report.Loss > 0.02);
        OnnxQuantizationReport chosen = OnnxQuantizer.Quantize(model.Path, Target, rows, new OnnxQuantizationOptions { FloatLayers = ["y"], MaximumLoss = 1 });
        Assert.Equal([("hidden", true), ("y", false)], chosen.Layers.Select(layer => (layer.Name, layer.IsQuantized)));
    }

    [Fact]
    public void Weights_have_7_bits_where_that_is_asked_for()
    {
        using SmallModel model = Network();
        OnnxQuantizer.Quantize(model.Path, Target, Pictures(5), new OnnxQuantizationOptions { ReduceRange = true, MaximumLoss = 1 });
        ModelProto file = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Target));
        sbyte[][] weights = [.. file.Graph.Initializer.Where(tensor => tensor.DataType == (int)DataType.Int8 && tensor.Dims.Count > 1).Select(tensor =>
            tensor.RawData.Select(value => (sbyte)value).ToArray())];
        Assert.Equal(4, weights.Length);
        Assert.All(weights, values => Assert.Equal(63, values.Max(value => Math.Abs((int)value))));
    }

    [Fact]
    public void What_cannot_be_quantised_is_said()
    {
        using SmallModel none = new SmallModel().Input("x", DataType.Float, null, 6).Node("Tanh", ["x"], ["y"]).Output("y", DataType.Float, null, 6).Write();
        Assert.Contains("nothing to quantise", Assert.Throws<InvalidDataException>(() => OnnxQuantizer.Quantize(none.Path, Target, Rows(3))).Message);
        using SmallModel layer = SmallModel.Layer();
        Assert.Contains("'sums'", Assert.Throws<ArgumentException>(() =>
            OnnxQuantizer.Quantize(layer.Path, Target, Rows(3), new OnnxQuantizationOptions { FloatLayers = ["conv1"] })).Message);
        Assert.Throws<ArgumentException>(() => OnnxQuantizer.Quantize(layer.Path, Target, Rows(3), new OnnxQuantizationOptions { FloatLayers = ["sums"] }));
        Assert.Throws<ArgumentException>(() => OnnxQuantizer.Quantize(layer.Path, Target, [], Anything));
        Assert.Throws<ArgumentException>(() => OnnxQuantizer.Quantize(layer.Path, Target, Rows(3), new OnnxQuantizationOptions { MaximumLoss = -1 }));
        Assert.Throws<InvalidDataException>(() => OnnxQuantizer.Quantize(layer.Path, Target, [Row("Features", [float.NaN, 0, 0, 0, 0, 0], 1, 6)], Anything));
        OnnxQuantizer.Quantize(layer.Path, Target, Features(3), Anything);
        Assert.Contains("already", Assert.Throws<InvalidDataException>(() => OnnxQuantizer.Quantize(Target, folder.File("twice.onnx"), Features(3), Anything)).Message);
        ModelProto old = ModelProto.Parser.ParseFrom(File.ReadAllBytes(layer.Path));
        old.OpsetImport[0].Version = 11;
        File.WriteAllBytes(folder.File("old.onnx"), old.ToByteArray());
        Assert.Contains("operator set 11", Assert.Throws<InvalidDataException>(() => OnnxQuantizer.Layers(folder.File("old.onnx"))).Message);
    }

    // A picture through two convolutions with a bridge over the second, a pool between, a mean and a layer.
    private static SmallModel Network()
    {
        Random random = new(1);
        return new SmallModel().Input("x", DataType.Float, null, 3, 8, 8)
            .Weights("w1", Numbers(random, 4 * 3 * 9), 4, 3, 3, 3).Weights("b1", Numbers(random, 4), 4).Weights("w2", Numbers(random, 4 * 4 * 9), 4, 4, 3, 3)
            .Weights("b2", Numbers(random, 4), 4)
            .Weights("w3", Numbers(random, 4 * 4), 4, 4, 1, 1).Weights("b3", Numbers(random, 4), 4).Weights("w4", Numbers(random, 20), 5, 4).Weights("b4", Numbers(random, 5), 5)
            .Node("Conv", ["x", "w1", "b1"], ["c1"], ("pads", (long[])[1, 1, 1, 1])).Node("Relu", ["c1"], ["r1"])
            .Node("MaxPool", ["r1"], ["p1"], ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]))
            .Node("Conv", ["p1", "w2", "b2"], ["c2"], ("pads", (long[])[1, 1, 1, 1])).Node("Relu", ["c2"], ["r2"]).Node("Conv", ["r2", "w3", "b3"], ["c3"])
            .Node("Add", ["p1", "c3"], ["sum"]).Node("Relu", ["sum"], ["r3"]).Node("GlobalAveragePool", ["r3"], ["mean"]).Node("Flatten", ["mean"], ["flat"])
            .Node("Gemm", ["flat", "w4", "b4"], ["y"], ("transB", 1L)).Output("y", DataType.Float, null, 5).Write();
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];

    private static IReadOnlyList<NamedOnnxValue> Row(string name, float[] values, params int[] shape) =>
        [NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values, shape))];

    private static IReadOnlyList<NamedOnnxValue>[] Pictures(int count)
    {
        Random random = new(2);
        return [.. Enumerable.Range(0, count).Select(_ => Row("x", Numbers(random, 192), 1, 3, 8, 8))];
    }

    private static IReadOnlyList<NamedOnnxValue>[] Rows(int count)
    {
        Random random = new(2);
        return [.. Enumerable.Range(0, count).Select(_ => Row("x", Numbers(random, 6), 1, 6))];
    }

    private static IReadOnlyList<NamedOnnxValue>[] Features(int count) => [.. Enumerable.Range(0, count).Select(i => Row("Features", ScoringRow.Of(i).Features, 1, 6))];

    private static IDataView Vectors(MLContext ml) => ml.Data.LoadFromEnumerable([new VectorRow()]);

    private static (double Step, double Zero) Levels(float[] values)
    {
        double smallest = Math.Min(0, values.Min()), step = (Math.Max(0, values.Max()) - smallest) / 255;
        return (step, Math.Round(-smallest / step));
    }

    private static Dictionary<string, float[]> Run(string path, IReadOnlyCollection<NamedOnnxValue> row)
    {
        using InferenceSession session = new(path);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(row);
        return results.ToDictionary(result => result.Name, result => result.AsEnumerable<float>().ToArray());
    }

    // The operators that really run.
    private string[] Optimized(string path)
    {
        string optimized = folder.File("optimized.onnx");
        using SessionOptions options = new() { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED, OptimizedModelFilePath = optimized };
        new InferenceSession(path, options).Dispose();
        return [.. OnnxSummary.Read(optimized).Layers.Select(layer => layer.Operator)];
    }

    private sealed class VectorRow
    {
        [VectorType(6)]
        public float[] x { get; set; } = new float[6];
    }
}

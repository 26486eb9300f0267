using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Onnx;
using static MLNetGen.Onnx.Format.TensorProto.Types;

namespace MLNetGen.Tests.Quantization;

/// <summary>Saved models in 8 bits against the same models in float32, in ML.NET.</summary>
public sealed class QuantizationCatalogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly MLContext ml = new(seed: 1);

    private string Source => folder.File("model.zip");

    private string Target => folder.File("int8.zip");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_network_of_a_chain_is_calibrated_on_what_reaches_it()
    {
        using SmallModel first = SmallModel.Layer(), second = Second(), none = None();
        IDataView rows = ScoringRow.View(ml, 200);
        Save(first, second, none);
        IReadOnlyList<OnnxQuantizationReport> reports = ml.Model.Quantize(ml, Source, Target, ml.Data.TakeRows(rows, 100));
        Assert.Equal(["sums", "Sum"], reports.Select(report => report.Layers.Single().Name));

        ITransformer before = ml.Model.Load(Source, out DataViewSchema schema), after = ml.Model.Load(Target, out DataViewSchema same);
        Assert.Equal(schema.Select(column => column.Name), same.Select(column => column.Name));
        List<object[]> expected = Compared.All(before.Transform(rows), "Name", "Scores", "Sum", "Size"), actual = Compared.All(after.Transform(rows), "Name", "Scores", "Sum", "Size");
        Assert.Equal(200, actual.Count);
        foreach ((object[] one, object[] other) in expected.Zip(actual))
        {
            Assert.Equal(one[0], other[0]);
            for (int column = 1; column < one.Length; column++)
                Assert.All(((float[])one[column]).Zip((float[])other[column]), pair => Assert.Equal(pair.First, pair.Second, 0.05));
        }
        Assert.Contains(expected.Zip(actual), pair => !((float[])pair.First[1]).SequenceEqual((float[])pair.Second[1]));
        ((IDisposable)before).Dispose();
        ((IDisposable)after).Dispose();
    }

    [Fact]
    public void A_model_that_loses_too_much_is_not_written()
    {
        using SmallModel first = SmallModel.Layer(), second = Second();
        Save(first, second);
        int judged = 0;
        OnnxQuantizationException refused = Assert.Throws<OnnxQuantizationException>(() => ml.Model.Quantize(ml, Source, Target, ScoringRow.View(ml, 50), new ModelQuantizationOptions
        {
            MaximumLoss = 0.05,
            Accuracy = model =>
            {
                Assert.Equal(10, Compared.All(model.Transform(ScoringRow.View(ml, 10)), "Sum").Count);
                // The source, the first network in 8 bits, then both.
                return 0.9 - (0.03 * judged++);
            },
        }));
        Assert.Equal(3, judged);
        Assert.Equal(0.06, refused.Report.Loss, 1e-9);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void What_cannot_be_quantised_is_said()
    {
        using SmallModel none = None();
        IDataView rows = ScoringRow.View(ml, 5);
        Assert.Throws<FileNotFoundException>(() => ml.Model.Quantize(ml, Source, Target, rows));
        File.WriteAllText(Source, "no zip");
        Assert.Throws<InvalidDataException>(() => ml.Model.Quantize(ml, Source, Target, rows));
        Save(SmallModel.Layer());
        Assert.Contains("'sums'", Assert.Throws<ArgumentException>(() => ml.Model.Quantize(ml, Source, Target, rows, new ModelQuantizationOptions { FloatLayers = ["conv1"] })).Message);
        Assert.Throws<ArgumentException>(() => ml.Model.Quantize(ml, Source, Target, rows, new ModelQuantizationOptions { FloatLayers = ["sums"] }));
        ITransformer tanh = Network(none, "Features", "Size").Fit(rows);
        ml.Model.Save(tanh, rows.Schema, Source);
        Assert.Contains("nothing to quantise", Assert.Throws<InvalidDataException>(() => ml.Model.Quantize(ml, Source, Target, rows)).Message);
        Assert.False(File.Exists(Target));
    }

    private static SmallModel Second() => new SmallModel().Input("Scores", DataType.Float, null, 4).Weights("w", [1, -1, 0.5f, 2, 0.25f, 1, -2, 1], 2, 4)
        .Node("Gemm", ["Scores", "w"], ["Sum"], ("transB", 1L)).Output("Sum", DataType.Float, null, 2).Write();

    private static SmallModel None() => new SmallModel().Input("Features", DataType.Float, null, 6).Node("Abs", ["Features"], ["Size"]).Output("Size", DataType.Float, null, 6).Write();

    private OnnxScoringEstimator Network(SmallModel model, string input, string output) =>
        ml.Transforms.ApplyOnnxModel(new OnnxOptions { ModelFile = model.Path, InputColumns = [input], OutputColumns = [output] });

    // Chains inside chains, as ML.NET's own estimators leave them.
    private void Save(SmallModel first, SmallModel? second = null, SmallModel? third = null)
    {
        IDataView rows = ScoringRow.View(ml, 5);
        IEstimator<ITransformer> chain = Network(first, "Features", "Scores");
        if (second is not null)
            chain = chain.Append(ml.Transforms.CopyColumns("Copy", "Name").Append(Network(second, "Scores", "Sum")));
        if (third is not null)
            chain = chain.Append(Network(third, "Features", "Size"));
        ITransformer model = chain.Fit(rows);
        ml.Model.Save(model, rows.Schema, Source);
        (model as IDisposable)?.Dispose();
    }
}

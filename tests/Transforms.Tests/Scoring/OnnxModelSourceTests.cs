using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;
using static MLNetGen.Onnx.Format.TensorProto.Types;

namespace MLNetGen.Tests;

/// <summary>What an OnnxTransformer runs, read in two ways.</summary>
public class OnnxModelSourceTests
{
    private readonly MLContext ml = new(seed: 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_transformer_has_is_what_it_saves(bool isLoaded)
    {
        using SmallModel model = new SmallModel().Input("Features", DataType.Float, null, null).Node("Neg", ["Features"], ["Minus"]).Node("Abs", ["Features"], ["Größe"])
            .Output("Minus", DataType.Float, null, null).Output("Größe", DataType.Float, null, null).Write();
        IDataView view = ScoringRow.View(ml, 0);
        OnnxTransformer transformer = ml.Transforms.ApplyOnnxModel(new OnnxOptions
        {
            ModelFile = model.Path,
            InputColumns = ["Features"],
            OutputColumns = ["Größe", "Minus"],
            ShapeDictionary = new Dictionary<string, int[]> { ["Features"] = [1, 6], ["Minus"] = [1, 6], ["Größe"] = [-1, 6] },
        }).Fit(view);
        if (isLoaded)
        {
            using MemoryStream zip = new();
            ml.Model.Save(transformer, view.Schema, zip);
            transformer = (OnnxTransformer)new MLContext().Model.Load(zip, out _);
        }
        OnnxModelSource? known = OnnxModelSource.Known(transformer);
        OnnxModelSource saved = OnnxModelSource.Saved(transformer);
        Assert.NotNull(known);
        foreach (OnnxModelSource source in (OnnxModelSource[])[known, saved])
        {
            Assert.Equal(File.ReadAllBytes(model.Path), source.Read());
            Assert.Equal(["Features"], source.Inputs);
            Assert.Equal(["Größe", "Minus"], source.Outputs);
            Assert.Equal([1, 6], source.Shapes["Features"]);
            Assert.Equal([-1, 6], source.Shapes["Größe"]);
            Assert.Equal(3, source.Shapes.Count);
        }
    }
}

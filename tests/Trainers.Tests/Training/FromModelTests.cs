using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Training;

/// <summary><c>FromModel</c> of every family, on a chain that the model was just trained in.</summary>
public sealed class FromModelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
    private readonly MLContext ml = new(seed: 1);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Vae")]
    [InlineData("AlexNet")]
    [InlineData("FineTune")]
    [InlineData("Torch")]
    [InlineData("Style")]
    [InlineData("SuperResolution")]
    [InlineData("Gan")]
    public void A_model_is_found_in_the_chain_that_it_was_trained_in_with_its_run(string family)
    {
        IDataView rows = Family.Rows(ml);
        ITransformer trained = Family.All[family].Create(ml, new QuickRun { Folder = folder }).Fit(rows);
        try
        {
            TransformerChain<ITransformer> chain = new(ml.Transforms.CopyColumns("Copy", "Phase").Fit(rows), new TransformerChain<ITransformer>(trained));
            Assert.Equal(QuickRun.Rounds, Find(family, chain));
            // The files stay the trained one's: it saves after another that stands on them was disposed of.
            if (trained is DcganTransformer gan) gan.Generator.Dispose();
            if (trained is OnnxChainTransformer whole) whole.SaveOnnx(Path.Combine(folder, "onnx"));
            Assert.Throws<ArgumentException>(() => Find(family, ml.Transforms.CopyColumns("Copy", "Phase").Fit(rows)));
        }
        finally
        {
            (trained as IDisposable)!.Dispose();
        }
    }

    /// <summary>Rounds of the run that is known of the model found.</summary>
    private int Find(string family, ITransformer model) => family switch
    {
        "Vae" => VaeTransformer.FromModel(ml, model).Epochs.Count,
        "AlexNet" => AlexNetTransformer.FromModel(ml, model).Epochs.Count,
        "FineTune" => FineTuneTransformer.FromModel(ml, model).Epochs.Count,
        "Torch" => TorchTransformer.FromModel(ml, model).Epochs.Count,
        "Style" => StyleTransferTransformer.FromModel(ml, model).Rounds.Count,
        "SuperResolution" => SuperResolutionTransformer.FromModel(ml, model).Epochs.Count,
        // The way back is the generator's, which knows no run.
        _ => DcganGenerator.FromModel(ml, model).LatentDimension > 0 ? QuickRun.Rounds : 0,
    };
}

// Two networks of one's own as ML.NET estimators: a denoising autoencoder (picture to picture) and a regression (picture to a number).
//   dotnet run -c Release --project examples/OwnNetwork [EPOCHS]
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetGen;

int epochs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
var ml = new MLContext(seed: 1);
ml.Log += (_, e) =>
{
    if (e.Kind != ChannelMessageKind.Trace && e.Source.Contains("MLNetGen", StringComparison.Ordinal))
        Console.WriteLine(e.RawMessage);
};

// The label of the regression is ML.NET's business: (1 − cos 2π·phase) / 2 of a moon is lit.
IDataView moons = ml.Transforms.CustomMapping<Moon, Lit>((moon, lit) => lit.Share = (1 - MathF.Cos(2 * MathF.PI * moon.Phase)) / 2, contractName: null)
    .Fit(ml.Images.MoonPhases(1)).Transform(ml.Images.MoonPhases(2000));
(IDataView train, IDataView test) = ml.Data.StratifiedTrainTestSplit(moons, 0.1);

using TorchTransformer clean = ml.Torch.Estimator(shape => new Denoiser(shape[0], noise: 0.3), new()
{
    OutputColumnName = "Clean",
    Output = TorchOutput.Picture,
    Epochs = epochs,
    ValidationSet = test,
    WorkspacePath = "denoiser",
}).Fit(train);
clean.SaveReport("denoiser");
clean.SaveOnnx("denoiser");
ml.Model.Save(clean, moons.Schema, Path.Combine("denoiser", "model.zip"));
ml.Images.SaveGrid(ml.Data.TakeRows(clean.Transform(test), 64), "Clean", "clean.png");

using TorchTransformer lit = ml.Torch.Estimator(shape => new LitFinder(shape[0]), new()
{
    LabelColumnName = nameof(Lit.Share),
    OutputColumnName = "Told",
    Epochs = epochs,
    ValidationSet = test,
    WorkspacePath = "lit",
}).Fit(train);
lit.SaveReport("lit");
ml.Model.Save(lit, moons.Schema, Path.Combine("lit", "model.zip"));

// Where there is Microsoft.ML alone:
ITransformer model = ml.Model.Load(Path.Combine("lit", "model.zip"), out _);
foreach (Answer answer in ml.Data.CreateEnumerable<Answer>(ml.Data.TakeRows(model.Transform(test), 5), reuseRowObject: false))
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.Share:P0} of {answer.Path} is lit; the network says {answer.Told[0]:P0}"));
Console.WriteLine("reports are in denoiser/ and lit/, cleaned pictures in clean.png");

internal sealed class Moon
{
    public float Phase { get; set; }
}

internal sealed class Lit
{
    public float Share { get; set; }
}

internal sealed class Answer
{
    public string Path { get; set; } = "";

    public float Share { get; set; }

    public float[] Told { get; set; } = [];
}

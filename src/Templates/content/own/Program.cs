// Trains a network of your own, written in TorchSharp: here one that takes noise off pictures.
//   dotnet run -c Release                  built-in moons
//   dotnet run -c Release -- FOLDER        pictures of your own
using Microsoft.ML;
using MLNetGen;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var ml = new MLContext(seed: 1);
IDataView pictures = args.Length > 0 ? ml.Images.LoadFolder(args[0]) : ml.Images.MoonPhases(1000);
(IDataView train, IDataView test) = ml.Data.StratifiedTrainTestSplit(pictures, 0.1);

// An ML.NET estimator around it. 'shape' is one row's: [channels, height, width].
using TorchTransformer clean = ml.Torch.Estimator(shape => new Denoiser(shape[0]), new()
{
    OutputColumnName = "Clean",
    Output = TorchOutput.Picture,
    ImageSize = 32,
    Epochs = 8,
    ValidationSet = test,
    WorkspacePath = "run",                  // a checkpoint every epoch
    MetricsCallback = Console.WriteLine,
}).Fit(train);

clean.SaveReport("run");            // curves and pictures
ml.Images.SaveGrid(ml.Data.TakeRows(clean.Transform(test), 64), "Clean", "clean.png");

// The model is ML.NET's own: any program loads it with the Microsoft.ML packages alone. Its network is an ONNX file inside.
ml.Model.Save(clean, pictures.Schema, "model.zip");
ITransformer loaded = ml.Model.Load("model.zip", out _);
Console.WriteLine($"model.zip adds the column {string.Join(", ", loaded.GetOutputSchema(pictures.Schema).Select(column => column.Name).Except(pictures.Schema.Select(column => column.Name)))}");
Console.WriteLine("cleaned pictures are in clean.png, the run's page is run/report.html");

/// <summary>A task is a network and its loss; all else (optimiser, steps, figures) has defaults that can be overridden.</summary>
internal sealed class Denoiser(long channels) : TrainingTask(Create(channels))
{
    // Pictures come as float32 [N, C, H, W] in [0, 1]. Give it noisy ones, and ask for clean ones.
    public override Tensor Loss(TrainingBatch batch) =>
        functional.mse_loss(Network.call(batch.Input + 0.3 * randn_like(batch.Input)), batch.Input);

    private static Module<Tensor, Tensor> Create(long channels) => Sequential(
        Conv2d(channels, 16, 3, padding: 1), ReLU(),
        Conv2d(16, 32, 4, stride: 2, padding: 1), ReLU(),           // half the height and width
        ConvTranspose2d(32, 16, 4, stride: 2, padding: 1), ReLU(),  // and back
        Conv2d(16, channels, 3, padding: 1), Sigmoid());
}

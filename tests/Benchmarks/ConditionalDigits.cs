using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Benchmarks;

/// <summary>How well VAEs of classes draw the digits that they are asked for, told by a classifier of real ones.</summary>
internal sealed class ConditionalDigits : IDisposable
{
    private const int Classes = 10, New = 1000;

    private readonly MLContext ml;
    private readonly IDataView train;
    private readonly AlexNetTransformer classifier;

    /// <summary>Trains the classifier on the first rows.</summary>
    public ConditionalDigits(MLContext ml, IDataView digits, int split, int threads)
    {
        (this.ml, train) = (ml, ml.Data.TakeRows(digits, split));
        classifier = ml.MulticlassClassification.Trainers.AlexNet(ml, new AlexNetTrainer.Options
        {
            Epochs = 15,
            HorizontalFlip = false,
            Seed = 1,
            NumberOfThreads = threads,
            Device = "cpu",
        }).Fit(train);
        IDataView test = ml.Data.SkipRows(digits, split);
        Classifier = Share(Told(test), [.. test.GetColumn<string>("Label")]);
    }

    /// <summary>Share of real digits, not learnt from, that the classifier tells rightly.</summary>
    public double Classifier { get; }

    public void Dispose() => classifier.Dispose();

    /// <summary>Trains a VAE of classes on the first rows, and has it draw 1,000 digits, 100 of each class.</summary>
    /// <returns>
    /// The share that the classifier takes for the one that was asked for; and the pixel variance within a class (means of the decoder), averaged over classes and pixels, over the real
    /// digits'.
    /// </returns>
    public (double Agreement, double Variety) Measure(VaeTrainer.Options options)
    {
        options.LabelColumnName = "Label";
        using VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(train);
        IDataView made = vae.Decoder.Transform(ml.Generative.SampleLatent(New, vae.LatentDimension, seed: 7, classes: [.. Enumerable.Range(0, Classes)]));
        string[] asked = [.. made.GetColumn<float[]>("Class").Select(index => $"{index[0]}")];
        return (Share(Told(made), asked), Variance(made, asked) / Variance(train, [.. train.GetColumn<string>("Label")]));
    }

    private string[] Told(IDataView pictures)
    {
        IDataView told = classifier.Transform(pictures);
        return [.. ml.Transforms.Conversion.MapKeyToValue("Told", "PredictedLabel").Fit(told).Transform(told).GetColumn<string>("Told")];
    }

    private static double Share(string[] told, string[] right) => told.Zip(right).Average(pair => pair.First == pair.Second ? 1.0 : 0);

    // Averaged over pixels, and then over classes.
    private static double Variance(IDataView pictures, string[] labels) =>
        ImageColumn.Read(pictures, "Image").Zip(labels).GroupBy(row => row.Second, row => row.First).Average(Variance);

    private static double Variance(IEnumerable<Picture> pictures)
    {
        Picture[] all = [.. pictures];
        double sum = 0;
        int values = all[0].Pixels.Length;
        for (int i = 0; i < values; i++)
        {
            double mean = all.Average(picture => picture.Pixels[i] / 255.0);
            sum += all.Average(picture => Math.Pow(picture.Pixels[i] / 255.0 - mean, 2));
        }
        return sum / values;
    }
}

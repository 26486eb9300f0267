using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Benchmarks;

/// <summary>How well a VAE of classes draws the digits it is asked for.</summary>
/// <param name="Classifier">Share of real digits, not learnt from, that the judging classifier tells rightly.</param>
/// <param name="Agreement">Share of 1,000 new digits, 100 of each class, that it takes for the one that was asked for.</param>
/// <param name="Variety">Pixel variance within a class of new digits (means of the decoder), averaged over classes and pixels, over the real ones'.</param>
internal sealed record ConditionalDigits(double Classifier, double Agreement, double Variety)
{
    private const int Classes = 10, New = 1000;

    /// <summary>Trains both on the first rows.</summary>
    public static ConditionalDigits Measure(MLContext ml, IDataView digits, int split, VaeTrainer.Options options, int classifierEpochs)
    {
        IDataView train = ml.Data.TakeRows(digits, split), test = ml.Data.SkipRows(digits, split);
        options.LabelColumnName = "Label";
        using VaeTransformer vae = ml.Generative.Trainers.Vae(options).Fit(train);
        IDataView made = vae.Decoder.Transform(ml.Generative.SampleLatent(New, vae.LatentDimension, seed: 7, classes: [.. Enumerable.Range(0, Classes)]));
        string[] asked = [.. made.GetColumn<float[]>("Class").Select(index => $"{index[0]}")];

        using AlexNetTransformer classifier = ml.MulticlassClassification.Trainers.AlexNet(ml, new AlexNetTrainer.Options
        {
            Epochs = classifierEpochs,
            HorizontalFlip = false,
            Seed = 1,
            NumberOfThreads = options.NumberOfThreads,
            Device = options.Device,
        }).Fit(train);
        return new(
            Share(Told(ml, classifier, test), [.. test.GetColumn<string>("Label")]),
            Share(Told(ml, classifier, made), asked),
            Variance(made, asked) / Variance(train, [.. train.GetColumn<string>("Label")]));
    }

    private static string[] Told(MLContext ml, AlexNetTransformer classifier, IDataView pictures)
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

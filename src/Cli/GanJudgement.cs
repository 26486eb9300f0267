using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Cli;

/// <summary>Judges a GAN's pictures by real ones, in the features of an extractor that the training rows made or a file holds.</summary>
internal sealed class GanJudgement(MLContext context, DcganGenerator generator, int count, string? extractorPath, string? savedPath)
{
    // Pictures that training never showed, and the same for every model.
    private const int LatentSeed = 1;

    public GenerativeMetrics Of(IDataView train, IDataView real)
    {
        if (count < 1)
            throw new ArgumentException($"--count is {count}; it must be at least 1.");
        IDataView made = Drawing.Draw(context, generator, count, LatentSeed);
        int size = made.Schema["Image"].Type is ImageDataViewType picture ? picture.Height : 0;
        using FeatureExtractor extractor = extractorPath is null
            ? FeatureExtractor.Default(context, train, imageSize: size)
            : FeatureExtractor.FromOnnx(context, extractorPath);
        if (savedPath is not null)
            extractor.Save(savedPath);
        GenerativeMetrics metrics = context.Generative.Evaluate(real, made, "Image", extractor, maximumRowCount: Math.Max(count, GenerativeMetrics.LeastRows));
        return Math.Min(metrics.RealCount, metrics.GeneratedCount) < TwoSampleMetrics.LeastRows ? metrics
            : metrics with { TwoSample = context.Generative.EvaluateTwoSample(real, made, "Image") };
    }

    /// <summary>The metrics, and which of a GAN's generators it was.</summary>
    public static string ToJson(GenerativeMetrics metrics, bool averaged)
    {
        JsonObject json = JsonSerializer.SerializeToNode(metrics, JsonOutput.Options)!.AsObject();
        json.Insert(0, "generator", averaged ? "averaged weights" : "weights of the last step");
        return json.ToJsonString(JsonOutput.Options);
    }

    /// <summary>Which of a GAN's generators it was, in words.</summary>
    public static string GeneratorOf(bool averaged) => averaged ? "averaged generator" : "generator of the last step";

    // In brackets where it is to be read with care; why, the library's warning has just said.
    private static string WithCaveat(FormattableString figures, string? caveat) =>
        caveat is null ? FormattableString.Invariant(figures) : $"({FormattableString.Invariant(figures)})";

    public static string Describe(GenerativeMetrics m, bool averaged)
    {
        string figures = string.Create(CultureInfo.InvariantCulture,
            $"""
            kernel distance {m.KernelDistance:G3} ± {m.KernelDistanceStandardError:G2}
            {WithCaveat($"Fréchet distance {m.FrechetDistance:G4}", m.FrechetDistanceCaveat)}
            {WithCaveat($"precision {m.Precision:F2}  recall {m.Recall:F2}  density {m.Density:F2}  coverage {m.Coverage:F2}", m.NeighbourCaveat)}
            {m.GeneratedCount:N0} pictures of the {GeneratorOf(averaged)} against {m.RealCount:N0} real ones; {m.FeatureCount} features: {m.Features} (SHA-256 {m.FeaturesHash})
            """);
        if (m.TwoSample is { } told)
            figures += Environment.NewLine + string.Create(CultureInfo.InvariantCulture, $"a fresh classifier tells {told.Accuracy:P1} ± {told.StandardError:P1} of unseen pictures rightly (50 % is chance)");
        return m.Classes is not { } classes ? figures : figures + Environment.NewLine + string.Create(CultureInfo.InvariantCulture,
            $"{classes.RecognizedCount} of {classes.ClassCount} classes, the largest {classes.LargestShare:P1}; sure of {classes.ConfidentShare:P1} (of real ones {classes.RealConfidentShare:P1})");
    }
}

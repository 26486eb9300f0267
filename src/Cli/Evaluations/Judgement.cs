using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using MLNetGen.Cli.Commands;

namespace MLNetGen.Cli.Evaluations;

/// <summary>What was found of a model.</summary>
/// <param name="Family">As in <c>metrics.json</c>; null of a classifier of somebody else's.</param>
/// <param name="What">The same in words.</param>
/// <param name="Pictures">How many pictures it was judged by.</param>
/// <param name="Text">The figures for people.</param>
/// <param name="Json">The figures for programs, an object.</param>
/// <param name="AddTo">Puts figures and pictures into a page; the pictures' files go into the folder.</param>
/// <param name="Model">What it draws the pictures with, and owns; null: nothing.</param>
internal sealed record Judgement(string? Family, string What, int Pictures, string Text, string Json, Action<HtmlReport, string> AddTo, IDisposable? Model) : IDisposable
{
    private const int Shown = 32, Made = 64, Columns = 8, Compared = 24, Seed = 1;

    /// <summary>Of a classifier, whoever trained it.</summary>
    public static Judgement OfClassifier(MLContext context, ITransformer model, IDataView rows, string? family)
    {
        ClassificationReport report = context.MulticlassClassification.EvaluateReport(context, model.WithBatching().Transform(rows));
        return new(family, "Classifier", report.Metrics.RowCount, $"{report}", report.ToJson(), report.AddTo, model as IDisposable);
    }

    public static Judgement OfVae(MLContext context, VaeTransformer vae, EvaluatedRows judged, int importanceSamples)
    {
        IDataView rows = judged.Judged;
        VaeMetrics metrics = vae.Evaluate(rows, importanceSamples);
        return new("vae", metrics.Kl == 0 ? "Autoencoder" : "Variational autoencoder", judged.Count, VaeRun.Describe(metrics), JsonSerializer.Serialize(metrics, JsonOutput.Options), (page, folder) =>
        {
            metrics.AddTo(page);
            string reconstructions = Path.Combine(folder, "reconstructions.png");
            context.Generative.DrawReconstructions(vae.Transform(context.Data.TakeRows(rows, Shown)), Columns).Save(reconstructions);
            page.Picture("Reconstructions", "Pictures over what the decoder makes of their codes, with the mean squared error.", reconstructions);
            AddDrawn(page, folder, context, vae);
        }, vae);
    }

    public static Judgement OfGan(MLContext context, DcganGenerator gan, GanJudgement judge, EvaluatedRows rows)
    {
        GenerativeMetrics metrics = judge.Of(rows.Train, rows.Judged);
        return new("gan", "Generative adversarial network", metrics.RealCount, GanJudgement.Describe(metrics, gan.IsAveraged), GanJudgement.ToJson(metrics, gan.IsAveraged), (page, folder) =>
        {
            metrics.AddTo(page);
            AddDrawn(page, folder, context, gan);
            string nearest = Path.Combine(folder, NearestPictures.ReportFileName);
            context.Generative.FindNearestPictures(Drawing.Draw(context, gan, Compared, Seed), rows.Train).Save(nearest);
            page.Picture("New, or remembered?", "Made pictures, each over the real picture nearest to it, with their distance.", nearest);
            metrics.AddTableTo(page, GanJudgement.GeneratorOf(gan.IsAveraged));
        }, gan);
    }

    /// <param name="context">The context.</param>
    /// <param name="network">The network.</param>
    /// <param name="rows">Sharp pictures.</param>
    /// <param name="seed">The training's, which took some of them too.</param>
    /// <param name="count">How many of them are judged.</param>
    /// <param name="cancel">Stops between two pictures.</param>
    public static Judgement OfSuperResolution(MLContext context, SuperResolutionTransformer network, EvaluatedRows rows, int seed, int count, CancellationToken cancel)
    {
        IDataView some = SuperResolutionRun.Some(context, rows.Judged, seed, count, rows.Count);
        SuperResolutionMetrics metrics = network.Evaluate(some, SuperResolutionRun.JudgedSide, cancel);
        return new("superResolution", string.Create(CultureInfo.InvariantCulture, $"Super-resolution, {network.Factor} times as wide and high"), metrics.Network.Count, SuperResolutionRun.Describe(metrics), metrics.ToJson(), (page, folder) =>
        {
            metrics.AddTo(page);
            string sheet = Path.Combine(folder, "enlarged.png");
            network.DrawComparison(some).Save(sheet);
            page.Picture("Enlarged pictures", "Small, by bicubic interpolation, by the network, and as they were; with the luminance's PSNR and SSIM. Of large ones the middle.", sheet);
            metrics.AddTableTo(page);
        }, network);
    }

    /// <param name="context">The context.</param>
    /// <param name="run">The run's folder.</param>
    /// <param name="rows">Photographs.</param>
    /// <param name="lossNetwork">What judged in training; null: the one at hand.</param>
    /// <param name="count">How many photographs are painted.</param>
    /// <param name="cancel">Stops between two pictures.</param>
    public static Judgement OfStyle(MLContext context, string run, IDataView rows, string? lossNetwork, int count, CancellationToken cancel)
    {
        StyleMetrics metrics = context.Generative.EvaluateStyle(run, rows, lossNetwork, count, cancellationToken: cancel);
        return new("style", "Style network", metrics.Paintings.Count, $"{metrics}", metrics.ToJson(), metrics.AddTo, null);
    }

    public void Dispose() => Model?.Dispose();

    // New pictures, whatever draws them.
    private static void AddDrawn(HtmlReport page, string folder, MLContext context, ITransformer model)
    {
        string made = Path.Combine(folder, "made.png");
        context.Images.SaveGrid(Drawing.Draw(context, model, Made, Seed), "Image", made, Columns);
        page.Picture("New pictures", "Drawn from random numbers.", made);
    }
}

using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>Trains a GAN with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class GanRun
{
    private const int JudgedPictures = 1000, ComparedPictures = 24;

    public static int Train(MLContext context, DcganTrainer.Options options, IDataView train, IDataView test, IReadOnlyList<string> commandLine, CancellationToken cancel)
    {
        string folder = options.WorkspacePath!;
        Directory.CreateDirectory(folder);
        options.CancellationToken = cancel;
        int held = Held(context, test);
        using FeatureExtractor? extractor = held >= GenerativeMetrics.LeastRows ? FeatureExtractor.Default(context, train) : null;
        options.FeatureExtractor = extractor;
        options.ValidationSet = extractor is null ? null : test;
        if (extractor is null)
            Console.Error.WriteLine($"mlnetgen: {held} pictures are held out, too few to judge the made ones by (at least {GenerativeMetrics.LeastRows}).");
        bool saved = options.Resume && Checkpoints(folder), interrupted = false;
        DcganTransformer gan;
        try
        {
            gan = TrainingDisplay.Show("training", (step, line) =>
            {
                options.ProgressCallback = progress => step(() => Position(progress));
                options.MetricsCallback = averages => { saved = true; line(averages.ToString()); };
                return context.Generative.Trainers.Dcgan(options).Fit(train);
            });
        }
        catch (OperationCanceledException)
        {
            if (!saved)
            {
                Console.Error.WriteLine($"mlnetgen: stopped before the first checkpoint (step {options.CheckpointInterval}); there is no model yet.");
                return Failure.Interrupted;
            }
            interrupted = true;
            options.CancellationToken = CancellationToken.None;
            gan = context.Generative.Trainers.Dcgan(options).FitFromCheckpoint(train);
            Console.Error.WriteLine($"mlnetgen: stopped; writing the model as step {gan.Averages[^1].Step} left it. Add --resume to train on.");
        }
        using (gan)
        {
            Write(context, gan, train, context.Data.TakeRows(test, held), options, commandLine);
            Console.WriteLine($"model, pictures and report are in {folder}: open {Path.Combine(folder, "report.html")}");
            if (gan.Stopped is null)
                return interrupted ? Failure.Interrupted : 0;
            Console.Error.WriteLine($"mlnetgen: {gan.Stopped}");
            return Failure.ExitCode;
        }
    }

    private static bool Checkpoints(string folder) =>
        Path.Combine(folder, "checkpoints") is var path && Directory.Exists(path) && Directory.EnumerateFiles(path, "*.checkpoint").Any();

    // At most as many as are made to be compared with them.
    private static int Held(MLContext context, IDataView test)
    {
        using DataViewRowCursor cursor = context.Data.TakeRows(test, JudgedPictures).GetRowCursor([]);
        int rows = 0;
        while (cursor.MoveNext()) rows++;
        return rows;
    }

    private static TrainingPosition Position(DcganProgress p) => new(p.Step, p.Steps, string.Create(
        CultureInfo.InvariantCulture,
        $"step {p.Step}/{p.Steps}  D {p.DiscriminatorLoss:F2}  G {p.GeneratorLoss:F2}  {p.ImagesPerSecond:F0} images/s  {p.Remaining:h\\:mm\\:ss} left"));

    private static void Write(MLContext context, DcganTransformer gan, IDataView train, IDataView test, DcganTrainer.Options options, IReadOnlyList<string> commandLine)
    {
        string folder = options.WorkspacePath!;
        IDataView latent = context.Generative.SampleLatent(1, gan.LatentDimension, classes: gan.Generator.ClassCount > 0 ? [0] : null);
        SafeFile.Write(Path.Combine(folder, "model.zip"), unfinished => context.Model.Save(gan.Generator, latent.Schema, unfinished));
        SafeFile.Write(Path.Combine(folder, "discriminator.zip"), unfinished => context.Model.Save(gan, train.Schema, unfinished));
        gan.SaveOnnx(folder);
        int held = Held(context, test);
        IDataView drawn = Drawing.Draw(context, gan.Generator, Math.Max(held, ComparedPictures), options.Seed!.Value);
        GenerativeMetrics? quality = options.FeatureExtractor is { } extractor
            ? context.Generative.Evaluate(test, context.Data.TakeRows(drawn, held), "Image", extractor)
            : null;
        context.Generative.FindNearestPictures(context.Data.TakeRows(drawn, ComparedPictures), train).Save(Path.Combine(folder, DcganTransformer.NearestPicturesFileName));
        gan.SaveReport(folder, quality, commandLine);
        if (quality is not null)
            Console.WriteLine(GanJudgement.Describe(quality));
    }
}

using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>Trains a GAN with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class GanRun
{
    private const int ComparedPictures = 24, ComparedSeed = 1;

    public static int Train(MLContext context, DcganTrainer.Options options, IDataView train, IDataView test, IReadOnlyList<string> commandLine, CancellationToken cancel)
    {
        string folder = options.WorkspacePath!;
        int held = Held(context, test);
        bool judged = held >= GenerativeMetrics.LeastRows;
        options.ValidationSet = judged ? test : null;
        if (!judged)
            Console.Error.WriteLine($"mlnetgen: {held} pictures are held out, too few to judge the made ones by (at least {GenerativeMetrics.LeastRows}).");
        bool saved = options.Resume && Checkpoints(folder);
        return new TrainingRun<DcganTransformer>
        {
            Options = options,
            Fit = (step, line) =>
            {
                options.ProgressCallback = progress => step(() => Position(progress));
                options.MetricsCallback = averages => { saved = true; line(averages.ToString()); };
                return context.Generative.Trainers.Dcgan(options).Fit(train);
            },
            FromCheckpoint = () => context.Generative.Trainers.Dcgan(options).FitFromCheckpoint(train),
            HasCheckpoint = () => saved,
            Before = $"the first checkpoint (step {options.CheckpointInterval})",
            LeftBy = gan => $"step {gan.Averages[^1].Step}",
            Write = (gan, interrupted) => Write(context, gan, train, judged && !interrupted ? test : null, folder, commandLine),
            Stopped = gan => gan.Stopped,
        }.Run(cancel);
    }

    private static bool Checkpoints(string folder) =>
        Path.Combine(folder, "checkpoints") is var path && Directory.Exists(path) && Directory.EnumerateFiles(path, "*.checkpoint").Any();

    private static int Held(MLContext context, IDataView test)
    {
        using DataViewRowCursor cursor = context.Data.TakeRows(test, GenerativeMetrics.LeastRows).GetRowCursor([]);
        int rows = 0;
        while (cursor.MoveNext()) rows++;
        return rows;
    }

    private static TrainingPosition Position(DcganProgress p) => new(p.Step, p.Steps, string.Create(
        CultureInfo.InvariantCulture,
        $"step {p.Step}/{p.Steps}  D {p.DiscriminatorLoss:F2}  G {p.GeneratorLoss:F2}  {p.ImagesPerSecond:F0} images/s  {p.Remaining:h\\:mm\\:ss} left"));

    private static void Write(MLContext context, DcganTransformer gan, IDataView train, IDataView? test, string folder, IReadOnlyList<string> commandLine)
    {
        IDataView latent = context.Generative.SampleLatent(1, gan.LatentDimension, classes: gan.Generator.ClassCount > 0 ? [0] : null);
        SafeFile.Write(Path.Combine(folder, "model.zip"), unfinished => context.Model.Save(gan.Generator, latent.Schema, unfinished));
        SafeFile.Write(Path.Combine(folder, "discriminator.zip"), unfinished => context.Model.Save(gan, train.Schema, unfinished));
        gan.SaveOnnx(folder);
        IDataView drawn = Drawing.Draw(context, gan.Generator, ComparedPictures, ComparedSeed);
        context.Generative.FindNearestPictures(drawn, train).Save(Path.Combine(folder, DcganTransformer.NearestPicturesFileName));
        // After the model: a picture that cannot be read must not cost it.
        GenerativeMetrics? quality = test is null ? null : gan.Evaluate(test);
        gan.SaveReport(folder, quality, commandLine);
        if (quality is not null)
            Console.WriteLine(GanJudgement.Describe(quality, gan.Generator.IsAveraged));
    }
}

using System.CommandLine;
using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class TrainGanCommand
{
    public static Command Create()
    {
        DataSource data = new();
        TrainingFlags training = new("gan", "64 (mnist32 16, mlp 100, paper 128)");
        Option<DcganNetwork?> network = new("--network") { Description = "animeFace64 (the default for colour), mnist32 (for grey), paper, or mlp, the fully connected GAN of 2014" };
        Option<int?> steps = new("--steps") { Description = "Training steps; unset: --epochs passes over the training rows" };
        Option<int> epochs = new("--epochs") { Description = "Passes over the training rows, where --steps is unset", DefaultValueFactory = _ => 20 };
        Option<double?> rate = new("--learning-rate", "--lr") { Description = "Adam's step size for both networks; unset: 0.0002 (animeFace64's generator 0.00015), with a critic 0.0001" };
        Option<double?> generatorRate = new("--lr-generator") { Description = "Adam's step size for the generator alone" };
        Option<double?> discriminatorRate = new("--lr-discriminator") { Description = "Adam's step size for the discriminator alone" };
        Option<double?> beta1 = new("--b1") { Description = "Adam's decay of the first moment; unset: 0.5, with a critic 0" };
        Option<double?> beta2 = new("--b2") { Description = "Adam's decay of the second moment; unset: 0.999, with a critic 0.9" };
        Option<int> latent = new("--latent-dim") { Description = "Length of the latent vector", DefaultValueFactory = _ => 100 };
        Option<int> size = new("--image-size") { Description = "Height and width: 32, 64 or 128 (28 too for mlp); 0: 64 (mnist32 32, mlp 28)" };
        Option<int> channels = new("--channels") { Description = "1 for grey, 3 for colour, 0: as the pictures are" };
        Option<int?> width = new("--width") { Description = "Channels next to the picture, deeper layers have multiples; of mlp, units of a hidden layer. Unset: 64, of paper 128, of mlp 1200" };
        Option<int> interval = new("--sample-interval") { Description = "Steps between two pictures of the same latent vectors", DefaultValueFactory = _ => 100 };
        Option<int> checkpoints = new("--checkpoint-interval") { Description = "Steps between two checkpoints", DefaultValueFactory = _ => 500 };
        Option<int> kept = new("--keep-checkpoints") { Description = "The newest checkpoints that stay", DefaultValueFactory = _ => 3 };

        Command command = new("gan", "A DCGAN: a generator that makes new pictures, and a discriminator that judges them")
        {
            network, steps, epochs, rate, generatorRate, discriminatorRate, beta1, beta2, latent, size, channels, width, interval, checkpoints, kept,
        };
        training.AddTo(command);
        GanObjectiveFlags objective = new();
        objective.AddTo(command);
        data.AddTo(command);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(training.Seed), parsed.GetValue(training.Threads));
            context.Log += LogLines.Show;
            (IDataView train, IDataView test) = data.LoadSplit(context, parsed, parsed.GetValue(training.Seed));
            DcganTrainer.Options options = new()
            {
                Network = parsed.GetValue(network),
                Steps = parsed.GetValue(steps),
                Epochs = parsed.GetValue(epochs),
                GeneratorLearningRate = parsed.GetValue(generatorRate) ?? parsed.GetValue(rate),
                DiscriminatorLearningRate = parsed.GetValue(discriminatorRate) ?? parsed.GetValue(rate),
                Beta1 = parsed.GetValue(beta1),
                Beta2 = parsed.GetValue(beta2),
                LatentDimension = parsed.GetValue(latent),
                ImageSize = parsed.GetValue(size),
                Channels = parsed.GetValue(channels),
                Width = parsed.GetValue(width),
                SampleInterval = parsed.GetValue(interval),
                CheckpointInterval = parsed.GetValue(checkpoints),
                KeptCheckpoints = parsed.GetValue(kept),
            };
            training.Set(options, parsed);
            objective.Set(options, parsed);
            int code = GanRun.Train(context, options, train, test, cancel);
            data.Record(parsed, parsed.GetValue(training.Seed), options.WorkspacePath!, train, test);
            return code;
        });
        return command;
    }
}

/// <summary>What <c>train gan</c> can be told beyond the networks' sources.</summary>
internal sealed class GanObjectiveFlags
{
    private readonly Option<bool> source = new("--source-procedure") { Description = "Train animeFace64 exactly as its source does; slower" };
    private readonly Option<bool> example = new("--pytorch-example") { Description = "With --network paper: PyTorch's own example of it" };
    private readonly Option<GanLoss> loss = new("--loss") { Description = "nonSaturating, hinge or wassersteinGradientPenalty" };
    private readonly Option<int?> discriminatorSteps = new("--discriminator-steps") { Description = "Updates of the discriminator in a step; unset: 1, or 5 with the Wasserstein loss" };
    private readonly Option<double> penalty = new("--gradient-penalty") { Description = "Weight of the Wasserstein loss's penalty", DefaultValueFactory = _ => 10 };
    private readonly Option<double> r1 = new("--r1") { Description = "Weight of the R1 penalty; 0 for none, 10 in its paper" };
    private readonly Option<bool> spectral = new("--spectral-norm") { Description = "Spectral normalisation of the discriminator" };
    private readonly Option<DiffAugment> augment = new("--diff-augment") { Description = "Differentiable augmentation for few pictures: color, translation, cutout, all, or some, as in color,cutout" };

    private readonly Option<string?> labels = new("--label-column") { Description = "A GAN of classes: the column of labels, such as Label" };

    private readonly Option<bool> live = new("--no-average") { Description = "Show and export the generator of the last step, not the average over training" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[source, example, loss, discriminatorSteps, penalty, r1, spectral, augment, labels, live]) command.Add(option);
    }

    public void Set(DcganTrainer.Options options, ParseResult parsed)
    {
        options.SourceProcedure = parsed.GetValue(source);
        options.PyTorchExample = parsed.GetValue(example);
        options.Loss = parsed.GetValue(loss);
        options.DiscriminatorSteps = parsed.GetValue(discriminatorSteps);
        options.GradientPenalty = parsed.GetValue(penalty);
        options.R1Gamma = parsed.GetValue(r1);
        options.SpectralNormalization = parsed.GetValue(spectral);
        options.AverageGenerator = !parsed.GetValue(live);
        options.LabelColumnName = parsed.GetValue(labels);
        options.DiffAugment = parsed.GetValue(augment);
    }
}

/// <summary>Trains a GAN with progress on screen and leaves in a folder everything a run leaves.</summary>
internal static class GanRun
{
    private const int ComparedPictures = 24, ComparedSeed = 1;

    public static int Train(MLContext context, DcganTrainer.Options options, IDataView train, IDataView test, CancellationToken cancel)
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
            Write = (gan, interrupted) => Write(context, gan, train, judged && !interrupted ? test : null, folder, options.CommandLine),
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
        $"step {p.Step}/{p.Steps}  D {p.DiscriminatorLoss:F2}  G {p.GeneratorLoss:F2}  {p.ImagesPerSecond:F0} images/s"), p.Remaining);

    private static void Write(MLContext context, DcganTransformer gan, IDataView train, IDataView? test, string folder, IReadOnlyList<string>? commandLine)
    {
        IDataView latent = context.Generative.SampleLatent(1, gan.LatentDimension, classes: gan.Generator.ClassCount > 0 ? [0] : null);
        OutputFile.Write(Path.Combine(folder, ModelFile.Zip), unfinished => context.Model.Save(gan.Generator, latent.Schema, unfinished));
        OutputFile.Write(Path.Combine(folder, "discriminator.zip"), unfinished => context.Model.Save(gan, train.Schema, unfinished));
        gan.SaveOnnx(folder);
        IDataView drawn = Drawing.Draw(context, gan.Generator, ComparedPictures, ComparedSeed);
        context.Generative.FindNearestPictures(drawn, train).Save(Path.Combine(folder, NearestPictures.ReportFileName));
        // After the model: a picture that cannot be read must not cost it.
        GenerativeMetrics? quality = test is null ? null : gan.Evaluate(test);
        gan.SaveReport(folder, quality, commandLine);
        if (quality is not null)
            Console.WriteLine(GanJudgement.Describe(quality, gan.Generator.IsAveraged));
    }
}

using System.Globalization;
using Spectre.Console;

namespace MLNetGen.Cli;

/// <summary>A running training: a live bar on a terminal, a line an epoch elsewhere.</summary>
internal static class TrainingDisplay
{
    // More often than this only costs time.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs <paramref name="train"/>, which gets where to report steps and epochs.</summary>
    public static T Show<T>(string title, Func<Action<VaeProgress>, Action<VaeEpoch>, T> train)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive)
            return train(_ => { }, epoch => Console.WriteLine(epoch));

        T result = default!;
        AnsiConsole.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(title));
                DateTime shown = DateTime.MinValue;
                result = train(Step, epoch => AnsiConsole.WriteLine(epoch.ToString()));
                bar.Value = bar.MaxValue;

                void Step(VaeProgress p)
                {
                    DateTime now = DateTime.UtcNow;
                    if (now - shown < Interval)
                        return;
                    shown = now;
                    bar.MaxValue = (double)p.Epochs * p.Batches;
                    bar.Value = (p.Epoch - 1.0) * p.Batches + p.Batch;
                    bar.Description = Markup.Escape(string.Create(
                        CultureInfo.InvariantCulture,
                        $"epoch {p.Epoch}/{p.Epochs}  {p.Train.NegativeElbo:F1} nats = {p.Train.Reconstruction:F1} + KL {p.Train.Kl:F1}  {p.ImagesPerSecond:F0} images/s  {p.Remaining:h\\:mm\\:ss} left"));
                }
            });
        return result;
    }
}

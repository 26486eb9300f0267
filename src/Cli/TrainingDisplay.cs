using System.Globalization;
using Spectre.Console;

namespace MLNetGen.Cli;

/// <summary>How far a running training is, in the units of its family, and what to say of it.</summary>
internal readonly record struct TrainingPosition(double Done, double Total, string Text)
{
    /// <summary>Of a run by epochs.</summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="figures">What its steps say, in short.</param>
    public static TrainingPosition Of<TFigures>(EpochProgress<TFigures> at, string figures) => new((at.Epoch - 1.0) * at.Batches + at.Batch, (double)at.Epochs * at.Batches, string.Create(
        CultureInfo.InvariantCulture, $"epoch {at.Epoch}/{at.Epochs}  {figures}  {at.ImagesPerSecond:F0} images/s  {at.Remaining:h\\:mm\\:ss} left"));
}

/// <summary>A running training: a live bar on a terminal; elsewhere only what is finished, a line each.</summary>
internal static class TrainingDisplay
{
    // More often than this only costs time.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs <paramref name="train"/>, which gets where to report every step (asked for a few times a second), and finished parts.</summary>
    public static T Show<T>(string title, Func<Action<Func<TrainingPosition>>, Action<string>, T> train)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive)
            return train(_ => { }, Console.WriteLine);

        T result = default!;
        AnsiConsole.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(title));
                DateTime shown = DateTime.MinValue;
                result = train(Step, AnsiConsole.WriteLine);
                bar.Value = bar.MaxValue;

                void Step(Func<TrainingPosition> position)
                {
                    DateTime now = DateTime.UtcNow;
                    if (now - shown < Interval)
                        return;
                    shown = now;
                    (double done, double total, string text) = position();
                    bar.MaxValue = total;
                    bar.Value = done;
                    bar.Description = Markup.Escape(text);
                }
            });
        return result;
    }
}

/// <summary>Reports at once and in order; <see cref="Progress{T}"/> posts to other threads, in any order.</summary>
internal sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}

using System.Globalization;
using Spectre.Console;

namespace MLNetGen.Cli;

/// <summary>How far a running training is, in the units of its family.</summary>
/// <param name="Done">What is done of <paramref name="Total"/>.</param>
/// <param name="Total">All there is to do.</param>
/// <param name="Text">Where it stands, the most important first: a narrow terminal shows the beginning.</param>
/// <param name="Remaining">How long it takes yet; null where nobody knows.</param>
internal readonly record struct TrainingPosition(double Done, double Total, string Text, TimeSpan? Remaining = null)
{
    private const int MinimumBar = 8, MaximumBar = 30, Percent = 100;

    /// <summary>Of a run by epochs.</summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="figures">What its steps say, in short.</param>
    public static TrainingPosition Of<TFigures>(EpochProgress<TFigures> at, string figures) => new((at.Epoch - 1.0) * at.Batches + at.Batch, (double)at.Epochs * at.Batches, string.Create(
        CultureInfo.InvariantCulture, $"epoch {at.Epoch}/{at.Epochs}  {figures}  {at.ImagesPerSecond:F0} images/s"), at.Remaining);

    /// <summary>A bar, how much is done, how long it takes yet, and where it stands.</summary>
    /// <param name="columns">Of the terminal.</param>
    /// <param name="block">Of the bar's done part.</param>
    /// <param name="rest">Of the rest.</param>
    public string Line(int columns, char block, char rest)
    {
        double share = Total > 0 ? Math.Clamp(Done / Total, 0, 1) : 0;
        int length = Math.Clamp(columns / 5, MinimumBar, MaximumBar), full = (int)(share * length);
        string left = Remaining is { } time ? $"{(time.TotalDays < 1 ? "" : $"{time.Days} d ")}{time.ToString(time.TotalHours < 1 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture)} left  " : "";
        return string.Create(CultureInfo.InvariantCulture, $"{new string(block, full)}{new string(rest, length - full)} {Math.Floor(share * Percent)} %  {left}{Text}");
    }
}

/// <summary>A running training: a live line on a terminal; elsewhere only what is finished, a line each.</summary>
internal static class TrainingDisplay
{
    /// <summary>Whether nothing is shown.</summary>
    public static bool IsQuiet { get; set; }

    // More often than this only costs time.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs <paramref name="train"/>, which gets where to report every step (asked for a few times a second), and finished parts.</summary>
    public static T Show<T>(string title, Func<Action<Func<TrainingPosition>>, Action<string>, T> train)
    {
        if (IsQuiet)
            return train(_ => { }, _ => { });
        if (JsonOutput.IsOn || !AnsiConsole.Profile.Capabilities.Interactive || !AnsiConsole.Profile.Capabilities.Ansi || Console.IsOutputRedirected)
            return train(_ => { }, JsonOutput.Progress.WriteLine);

        (char block, char rest) = AnsiConsole.Profile.Capabilities.Unicode ? ('━', '─') : ('#', '-');
        using LiveLine live = new();
        DateTime shown = DateTime.MinValue;
        Func<TrainingPosition> last = () => new(0, 1, title);
        Draw();
        T result = train(Step, Console.WriteLine);
        Draw();
        return result;

        void Step(Func<TrainingPosition> position)
        {
            last = position;
            DateTime now = DateTime.UtcNow;
            if (now - shown < Interval)
                return;
            shown = now;
            Draw();
        }

        void Draw()
        {
            TrainingPosition at = last();
            live.Show(columns => at.Line(columns, block, rest));
        }
    }
}

/// <summary>Reports at once and in order; <see cref="Progress{T}"/> posts to other threads, in any order.</summary>
internal sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}

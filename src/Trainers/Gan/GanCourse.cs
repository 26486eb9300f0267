using System.Text.Json.Serialization;

namespace MLNetGen.Gan;

/// <summary>What a run measures beside its averages, and the pictures of the same z that it leaves as it goes on.</summary>
internal sealed class GanCourse
{
    private const string QualityKey = "quality";

    /// <summary>That of the run so far.</summary>
    public GanCourse(GanHistory history, string? workspace)
    {
        Rows = workspace is null ? [] : [.. StepLog<GanLogRow>.Read(workspace, row => row.Step <= history.Kept)];
        Quality = [.. history.Find<IReadOnlyList<DcganQuality>>(QualityKey) ?? []];
    }

    /// <summary>Every step; a run resumed without its log lacks the steps before.</summary>
    public List<GanLogRow> Rows { get; }

    /// <summary>How near the made pictures came to those held out, where some were.</summary>
    public List<DcganQuality> Quality { get; }

    /// <summary><c>samples/step-000100.png</c>.</summary>
    public static NumberedFiles Samples(string workspace) => new(Path.Combine(workspace, "samples"), "step-", ".png");

    /// <summary>The averages since a checkpoint, at a new one.</summary>
    public DcganAverages Average(int last, int steps, int picturesPerStep)
    {
        GanLogRow[] since = [.. Rows.SkipWhile(row => row.Step <= last)];
        double Mean(Func<GanLogRow, double> figure) => since.Average(figure);
        double seconds = Mean(row => row.Seconds);
        return new(
            since[^1].Step, steps, Mean(row => row.RealLoss + row.FakeLoss), Mean(row => row.RealLoss), Mean(row => row.FakeLoss), Mean(row => row.GeneratorLoss),
            Mean(row => row.RealProbability), Mean(row => row.FakeProbability), Mean(row => row.Accuracy), seconds, picturesPerStep / seconds);
    }

    /// <summary>Into the next checkpoint.</summary>
    public void Keep(GanHistory history) => history.Keep(QualityKey, Quality);

    /// <summary>A detector that has seen the steps so far.</summary>
    public CollapseDetector Detector(GanLoss loss)
    {
        CollapseDetector detector = new(loss);
        foreach (GanLogRow row in Rows) detector.Check(row);
        return detector;
    }

    /// <summary>The log, with the steps so far; pictures of another run, or of a part of this one that was lost, are deleted: they would be shown.</summary>
    public StepLog<GanLogRow>? Begin(string? workspace, int step, TrainingSession session)
    {
        if (workspace is null)
            return null;
        new DiskWrites(session).Try("the folder is not cleared", () =>
        {
            Samples(workspace).DeleteAfter(step);
            File.Delete(Path.Combine(workspace, NearestPictures.ReportFileName));
        });
        StepLog<GanLogRow> log = new(workspace, session);
        log.Complete(Rows);
        return log;
    }
}

internal static class GanHistoryExtensions
{
    extension(GanHistory history)
    {
        /// <summary>The step that the model is of: that of the last checkpoint; 0 before the first.</summary>
        public int Kept => history.Epochs.Count == 0 ? 0 : history.Epochs[^1].Step;
    }
}

/// <summary>What one step measured, as <c>training_log.jsonl</c> has it.</summary>
/// <param name="Step">From 1.</param>
/// <param name="RealLoss">The discriminator's loss on real pictures, in nats.</param>
/// <param name="FakeLoss">Its loss on made ones.</param>
/// <param name="GeneratorLoss">The generator's loss.</param>
/// <param name="RealProbability">Mean of D(x): how sure the discriminator is that real pictures are real.</param>
/// <param name="FakeProbability">Mean of D(G(z)): how sure it is that made ones are.</param>
/// <param name="Accuracy">The share of the batch that the discriminator tells rightly, 0 to 1.</param>
/// <param name="Diversity">How much made pictures differ from one another: mean standard deviation of a pixel over the batch, as a share of that of real ones.</param>
/// <param name="Seconds">What the step took.</param>
/// <param name="Penalty">What gradient penalties added to the discriminator's loss; null without any.</param>
internal sealed record GanLogRow(
    int Step, double RealLoss, double FakeLoss, double GeneratorLoss, double RealProbability, double FakeProbability, double Accuracy, double Diversity, double Seconds,
    double? Penalty = null)
{
    /// <summary>Of what a step measured, without its number and time. In place of the diversity there are mean deviations of a pixel, of made pictures and of real ones, which may be all the same.</summary>
    public static GanLogRow Of(IReadOnlyList<double> n) => new(0, n[0], n[1], n[2], n[3], n[4], n[5], n[6] / Math.Max(n[7], 1e-6), 0, n.Count > 8 ? n[8] : null);

    [JsonIgnore]
    public bool IsFinite => double.IsFinite(RealLoss + FakeLoss + GeneratorLoss + (Penalty ?? 0));
}

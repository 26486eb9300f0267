using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary><c>checkpoints/step-000500.checkpoint</c>, the newest few.</summary>
internal static class GanCheckpoints
{
    // Shorter names first: a millionth step has a digit more.
    private static readonly Comparer<string> Order = Comparer<string>.Create((a, b) =>
        a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b));

    /// <summary>The last one, by its step; null where there is none.</summary>
    public static string? Newest(string? workspace) => workspace is null ? null : All(workspace).LastOrDefault();

    public static void Save(string workspace, int kept, GanHistory history, IReadOnlyDictionary<string, nn.Module> networks, IReadOnlyDictionary<string, OptimizerHelper> optimizers)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"step-{history.Step:D6}.checkpoint");
        Checkpoint.Save(Path.Combine(Checkpoint.FolderIn(workspace), name), history.ToHeader(), networks, optimizers);
        foreach (string old in All(workspace).SkipLast(kept)) File.Delete(old);
    }

    /// <summary>Before a run from the start: makes the folder, and moves those of another run to one beside them, from which nothing is resumed: they may be all that is left of it.</summary>
    /// <exception cref="IOException">The folder cannot be made, or they cannot be moved: this is said before anything is trained.</exception>
    public static void Begin(string workspace)
    {
        Directory.CreateDirectory(workspace);
        string aside = Path.Combine(Checkpoint.FolderIn(workspace), "previous");
        string[] all = [.. All(workspace)];
        if (all.Length == 0)
            return;
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        Directory.CreateDirectory(aside);
        foreach (string path in all) File.Move(path, Path.Combine(aside, Path.GetFileName(path)));
    }

    private static IEnumerable<string> All(string workspace)
    {
        string folder = Checkpoint.FolderIn(workspace);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "step-*.checkpoint").Order(Order) : [];
    }
}

/// <summary><c>training_log.jsonl</c>: a row a step, on disk before the next step begins. One that could not be written on begins again at the next checkpoint.</summary>
internal sealed class GanLog(string workspace, TrainingSession session)
{
    private static readonly JsonSerializerOptions Json = new(RunJson.Options) { WriteIndented = false };

    private readonly DiskWrites disk = new(session);
    private bool isWhole;

    /// <summary>The rows of steps 1 … <paramref name="last"/>, as far as the file has them.</summary>
    public static IReadOnlyList<GanLogRow> Read(string workspace, int last)
    {
        string path = PathIn(workspace);
        // A process that was killed may have left half a line at the end.
        return File.Exists(path) ? [.. File.ReadLines(path).Select(Parse).TakeWhile(row => row?.Step <= last).OfType<GanLogRow>()] : [];
    }

    /// <summary>Writes all rows, if they are not there: those that a resumed run goes on from, without the steps that were lost.</summary>
    public void Complete(IReadOnlyList<GanLogRow> rows)
    {
        if (!isWhole)
            isWhole = disk.Try("the log is missing", () => SafeFile.WriteAllText(PathIn(workspace), string.Concat(rows.Select(Line))));
    }

    public void Add(GanLogRow row)
    {
        if (isWhole)
            isWhole = disk.Try("the log ends here", () => File.AppendAllText(PathIn(workspace), Line(row)));
    }

    private static string PathIn(string workspace) => Path.Combine(workspace, "training_log.jsonl");

    private static string Line(GanLogRow row) => JsonSerializer.Serialize(row, Json) + "\n";

    private static GanLogRow? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<GanLogRow>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
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
    [JsonIgnore]
    public bool IsFinite => double.IsFinite(RealLoss + FakeLoss + GeneratorLoss + (Penalty ?? 0));
}

/// <summary>Pictures in the workspace: of the same z as training goes on, <c>samples/step-000100.png</c>; and at its end all as one, <c>samples.gif</c> and <c>samples-sheet.png</c>.</summary>
internal static class GanSnapshots
{
    private const int Pictures = 64, Columns = 8;
    private const int SheetColumns = 5, SheetRows = 4, MaxFrames = 60;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(200), LastFrameTime = TimeSpan.FromSeconds(2);

    /// <summary>Where some of what was learnt from is shown.</summary>
    public static string TrainingPictures(string workspace) => Path.Combine(workspace, "training-pictures.png");

    public static void Take(string workspace, GanRecipe recipe, Module<Tensor, Tensor> generator, int step, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor drawn = generator.call(recipe.Latent(0, Pictures, device)) * 0.5 + 0.5;
        PictureGrid.Save(Path.Combine(workspace, "samples", string.Create(CultureInfo.InvariantCulture, $"step-{step:D6}.png")), drawn.ToPictures(), Columns);
    }

    /// <summary>Those up to the step that a model is of, in order, with what to call them.</summary>
    public static IReadOnlyList<(string Label, string PngPath)> UpTo(string workspace, int lastStep) =>
        [.. In(workspace).Where(snapshot => snapshot.Step <= lastStep).Select(snapshot => ($"step {snapshot.Step}", snapshot.Path))];

    /// <summary>Deletes the pictures of another run, or of a part of this one that was lost: they would be shown.</summary>
    public static void DeleteAfter(string workspace, int step)
    {
        foreach ((_, string path) in In(workspace).Where(snapshot => snapshot.Step > step)) File.Delete(path);
        File.Delete(Path.Combine(workspace, NearestPictures.ReportFileName));
    }

    /// <summary>Writes the film, and the sheet with the steps of its pictures.</summary>
    public static void SaveFilm(string folder, int lastStep)
    {
        IReadOnlyList<(string Label, string PngPath)> snapshots = UpTo(folder, lastStep);
        if (snapshots.Count == 0)
            return;
        PictureAnimation.SaveGif(Path.Combine(folder, "samples.gif"), EvenChoice.Of(snapshots.Count, MaxFrames).Select(i => PictureFile.Read(snapshots[i].PngPath)), FrameTime, LastFrameTime);
        ContactSheet.Save(
            Path.Combine(folder, "samples-sheet.png"),
            [.. EvenChoice.Of(snapshots.Count, SheetColumns * SheetRows).Select(i => (PictureFile.Read(snapshots[i].PngPath), $"Step: {snapshots[i].Label["step ".Length..]}"))],
            SheetColumns);
    }

    private static IEnumerable<(int Step, string Path)> In(string workspace)
    {
        string folder = Path.Combine(workspace, "samples");
        return (Directory.Exists(folder) ? Directory.GetFiles(folder, "step-*.png") : [])
            .Select(path => (Step: int.TryParse(Path.GetFileNameWithoutExtension(path)["step-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int step) ? step : -1, Path: path))
            .Where(snapshot => snapshot.Step >= 0)
            .OrderBy(snapshot => snapshot.Step);
    }
}

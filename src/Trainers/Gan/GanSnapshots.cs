using System.Globalization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>Pictures of the same z in the workspace, as training goes on: <c>samples/step-000100.png</c>.</summary>
internal sealed class GanSnapshots(string workspace, GanRecipe recipe)
{
    private const int Pictures = 64, Columns = 8;

    public static string PathOf(string workspace, int step) =>
        Path.Combine(workspace, "samples", string.Create(CultureInfo.InvariantCulture, $"step-{step:D6}.png"));

    /// <summary>Where some of what was learnt from is shown.</summary>
    public static string TrainingPictures(string workspace) => Path.Combine(workspace, "training-pictures.png");

    /// <summary>All there are, in order.</summary>
    public static IReadOnlyList<(int Step, string Path)> In(string workspace)
    {
        string folder = Path.Combine(workspace, "samples");
        List<(int Step, string Path)> found = [];
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder, "step-*.png") : [])
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(path)["step-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int step))
                found.Add((step, path));
        }
        return [.. found.OrderBy(snapshot => snapshot.Step)];
    }

    /// <summary>Those up to the step that a model is of, with what to call them.</summary>
    public static IReadOnlyList<(string Label, string PngPath)> UpTo(string workspace, int lastStep) =>
        [.. In(workspace).Where(snapshot => snapshot.Step <= lastStep).Select(snapshot => ($"step {snapshot.Step}", snapshot.Path))];

    public void Take(Module<Tensor, Tensor> generator, int step, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor drawn = generator.call(recipe.Latent(0, Pictures, device)) * 0.5 + 0.5;
        PictureGrid.Save(PathOf(workspace, step), drawn.ToPictures(), Columns);
    }
}

/// <summary>The snapshots of a run as one: <c>samples.gif</c>, and <c>samples-sheet.png</c>, 5×4 of them with their steps.</summary>
internal static class GanFilm
{
    private const int Columns = 5, Rows = 4, MostFrames = 60;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(200), LastFrameTime = TimeSpan.FromSeconds(2);

    public static void Save(string folder, int lastStep)
    {
        IReadOnlyList<(string Label, string PngPath)> snapshots = GanSnapshots.UpTo(folder, lastStep);
        if (snapshots.Count == 0)
            return;
        PictureAnimation.SaveGif(Path.Combine(folder, "samples.gif"), EvenChoice.Of(snapshots.Count, MostFrames).Select(i => PictureFile.Read(snapshots[i].PngPath)), FrameTime, LastFrameTime);
        ContactSheet.Save(
            Path.Combine(folder, "samples-sheet.png"),
            [.. EvenChoice.Of(snapshots.Count, Columns * Rows).Select(i => (PictureFile.Read(snapshots[i].PngPath), $"Step: {snapshots[i].Label["step ".Length..]}"))],
            Columns);
    }
}

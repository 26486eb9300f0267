using System.Globalization;

namespace MLNetGen.Style;

/// <summary>The test pictures in the workspace as they were painted in the course of training: <c>samples/chicago-step-000100.png</c>.</summary>
internal sealed class StyleSnapshots(string workspace)
{
    private const string Separator = "-step-";

    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(250), LastFrameTime = TimeSpan.FromSeconds(3);

    /// <summary>A test picture as training saw it.</summary>
    public static string PhotographOf(string workspace, string name) => Path.Combine(workspace, "samples", $"{name}.png");

    /// <summary>A picture's paintings, in order.</summary>
    public static IReadOnlyList<(int Step, string Path)> Of(string workspace, string name)
    {
        string folder = Path.Combine(workspace, "samples");
        if (!Directory.Exists(folder))
            return [];
        return
        [
            .. Directory.GetFiles(folder, "*.png")
                .Select(path => (Step: StepOf(Path.GetFileNameWithoutExtension(path), name), Path: path))
                .Where(snapshot => snapshot.Step is not null)
                .Select(snapshot => (snapshot.Step!.Value, snapshot.Path))
                .OrderBy(snapshot => snapshot.Value),
        ];
    }

    /// <summary>Removes what another run, or a part of this one that was lost, left.</summary>
    public void Begin(int step)
    {
        string folder = Path.Combine(workspace, "samples");
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder, $"*{Separator}*.png") : [])
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (StepOf(name, name[..name.LastIndexOf(Separator, StringComparison.Ordinal)]) > step)
                File.Delete(path);
        }
    }

    public void Save(int step, IReadOnlyList<(string Name, Picture Painted)> pictures)
    {
        foreach ((string name, Picture painted) in pictures)
            painted.Save(Path.Combine(workspace, "samples", string.Create(CultureInfo.InvariantCulture, $"{name}{Separator}{step:D6}.png")));
    }

    /// <summary>A test picture's course, from the photograph on, as an animation.</summary>
    public static void SaveAnimation(string workspace, string name, Picture photograph, IEnumerable<Picture> painted) =>
        PictureAnimation.SaveGif(Path.Combine(workspace, $"{name}.gif"), [photograph, .. painted], FrameTime, LastFrameTime);

    private static int? StepOf(string fileName, string name) =>
        fileName.StartsWith(name + Separator, StringComparison.Ordinal)
        && int.TryParse(fileName.AsSpan(name.Length + Separator.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int step) ? step : null;
}

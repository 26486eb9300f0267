namespace MLNetGen.Style;

/// <summary>The test pictures in the workspace as they were painted in the course of training: <c>samples/chicago-step-000100.png</c>.</summary>
internal sealed class StyleSnapshots(string workspace)
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(250), LastFrameTime = TimeSpan.FromSeconds(3);

    /// <summary>A test picture as training saw it.</summary>
    public static string PhotographOf(string workspace, string name) => Path.Combine(workspace, "samples", $"{name}.png");

    /// <summary>A picture's paintings, in order.</summary>
    public static IReadOnlyList<(int Step, string Path)> Of(string workspace, string name) => Files(workspace, name).All;

    /// <summary>Removes what another run, or a part of this one that was lost, left.</summary>
    public void Begin(int step) => Files(workspace, "*").DeleteAfter(step);

    public void Save(int step, IReadOnlyList<(string Name, Picture Painted)> pictures)
    {
        foreach ((string name, Picture painted) in pictures) painted.Save(Files(workspace, name)[step]);
    }

    /// <summary>A test picture's course, from the photograph on, as an animation.</summary>
    public static void SaveAnimation(string workspace, string name, Picture photograph, IEnumerable<Picture> painted) =>
        PictureAnimation.SaveGif(Path.Combine(workspace, $"{name}.gif"), [photograph, .. painted], FrameTime, LastFrameTime);

    private static NumberedFiles Files(string workspace, string name) => new(Path.Combine(workspace, "samples"), $"{name}-step-", ".png");
}

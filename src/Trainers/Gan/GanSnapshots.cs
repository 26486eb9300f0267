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

    /// <summary>Those of a run's steps, in order.</summary>
    public static IReadOnlyList<(string Label, string PngPath)> In(string workspace, int lastStep)
    {
        string folder = Path.Combine(workspace, "samples");
        return Directory.Exists(folder)
            ?
            [
                .. from path in Directory.GetFiles(folder, "step-*.png")
                   let name = Path.GetFileNameWithoutExtension(path)["step-".Length..]
                   where int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                   let step = int.Parse(name, CultureInfo.InvariantCulture)
                   where step <= lastStep
                   orderby step
                   select ($"step {step}", path),
            ]
            : [];
    }

    public void Take(Module<Tensor, Tensor> generator, int step, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor drawn = generator.call(recipe.Latent(0, Pictures, device)) * 0.5 + 0.5;
        PictureGrid.Save(PathOf(workspace, step), drawn.ToPictures(), Columns);
    }
}

using System.Globalization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>Pictures of the same z in the workspace, as training goes on.</summary>
internal sealed class GanSnapshots(string workspace, GanRecipe recipe)
{
    private const int Pictures = 64, Columns = 8;

    public static string PathOf(string workspace, int step) =>
        Path.Combine(workspace, "samples", string.Create(CultureInfo.InvariantCulture, $"step-{step:D6}.png"));

    public void Take(Module<Tensor, Tensor> generator, int step, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor drawn = generator.call(recipe.Latent(0, Pictures, device)) * 0.5 + 0.5;
        PictureGrid.Save(PathOf(workspace, step), drawn.ToPictures(), Columns);
    }
}

using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Cli.Studies;

/// <summary>
/// One network with several nonlinearities: the paper's figure 1, where a rectifier reaches a training error of 25 % six times as fast as tanh
/// (Krizhevsky, Sutskever and Hinton 2012, section 3.1).
/// </summary>
internal static class ActivationStudy
{
    private const double PapersError = 25;

    // The paper's rate was chosen for each alone; saturating units with batch normalisation take the same one.
    public static void Run(StudyData data, IReadOnlyList<AlexNetActivation> activations, string folder)
    {
        StudyVariant[] variants = [.. activations.Select(activation => data.Run($"{activation}", options =>
        {
            options.Activation = activation;
            // As in the figure: "no regularization of any kind".
            options.Dropout = 0;
            options.RandomCrop = false;
            options.HorizontalFlip = false;
            options.ColorNoise = 0;
            options.WeightDecay = 0;
        }))];
        HtmlReport page = new("Activations", $"{string.Join(", ", activations)}: the same network, pictures and seed, without regularisation (after the AlexNet paper's figure 1)");
        page.Chart("Training error", "epoch", "% of the training pictures", [.. variants.Select(v => Series(v, epoch => 100 * (1 - epoch.Train.Top1)))]);
        page.Chart("Test error", "epoch", "% of the test pictures", [.. variants.Select(v => Series(v, epoch => 100 * (1 - epoch.Test?.Top1) ?? double.NaN))]);
        (ChartSeries Value, ChartSeries Slope)[] curves = [.. activations.Select(Curves)];
        page.Chart("The functions", "x", "f(x)", [.. curves.Select(curve => curve.Value)]);
        page.Chart("Their derivatives", "x", "f′(x)", [.. curves.Select(curve => curve.Slope)]);
        StudyVariant[] trained = [.. variants.Where(v => v.Epochs.Count > 0)];
        string[] layers = [.. trained.Take(1).SelectMany(v => v.Epochs[^1].Layers).Select(layer => layer.Name)];
        page.Table("Gradient norm of each layer's weights, in the last step", ["activation", .. layers],
            [.. trained.Select(v => (IReadOnlyList<string>)[v.Name, .. v.Epochs[^1].Layers.Select(layer => StudyPage.Number(layer.GradientNorm, "G2"))])]);
        page.Table("Share of activations that are 0", ["activation", .. layers.SkipLast(1)],
            [.. trained.Select(v => (IReadOnlyList<string>)[v.Name, .. v.Epochs[^1].Layers.SkipLast(1).Select(layer => StudyPage.Number(layer.ZeroShare, "P0"))])]);
        string reached = $"epochs to {PapersError:F0} % training error";
        StudyPage.Finish(page, folder, "Results, with the 95 % interval of the test error (Wilson)", ["activation", reached, "training error", "test error", "95 % interval"],
            [.. variants.Select(v => (IReadOnlyList<string>)
            [
                v.Name,
                v.Epochs.FirstOrDefault(epoch => 100 * (1 - epoch.Train.Top1) <= PapersError) is { } first ? $"{first.Epoch}" : "not reached",
                StudyPage.Number(1 - v.Last?.Train.Top1, "P1"),
                StudyPage.Number(1 - v.Last?.Test?.Top1, "P1"),
                data.Errors(v.Scores).Interval,
            ])]);
    }

    private static ChartSeries Series(StudyVariant variant, Func<AlexNetEpoch, double> value) => new(variant.Name, [.. variant.Epochs.Select(epoch => ((double)epoch.Epoch, value(epoch)))]);

    private static Tensor Function(AlexNetActivation activation, Tensor x) => activation switch
    {
        AlexNetActivation.Tanh => x.tanh(),
        AlexNetActivation.Sigmoid => x.sigmoid(),
        AlexNetActivation.LeakyReLU => functional.leaky_relu(x, 0.01),
        AlexNetActivation.Elu => functional.elu(x, 1),
        AlexNetActivation.Gelu => functional.gelu(x),
        AlexNetActivation.SiLU => functional.silu(x),
        _ => functional.relu(x),
    };

    private static (ChartSeries Value, ChartSeries Slope) Curves(AlexNetActivation activation)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = linspace(-4, 4, 161, requires_grad: true);
        Tensor y = Function(activation, x);
        y.sum().backward();
        float[] at = [.. x.detach().data<float>()], value = [.. y.detach().data<float>()], slope = [.. x.grad!.data<float>()];
        return (new($"{activation}", [.. at.Zip(value, (a, b) => ((double)a, (double)b))]), new($"{activation}", [.. at.Zip(slope, (a, b) => ((double)a, (double)b))]));
    }
}

using System.Globalization;
using MLNetGen.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>What a run tells of itself.</summary>
internal static class AlexNetReport
{
    /// <summary>The first pictures of the first epoch, as training got them.</summary>
    public static string Augmented(string folder) => Path.Combine(folder, "samples", "augmented.png");

    public static string Kernels(string folder) => Path.Combine(folder, "kernels.png");

    public static void Write(string folder, AlexNetHistory history, OnnxFiles files, ClassificationReport? test, IReadOnlyList<string>? commandLine)
    {
        AlexNetRecipe recipe = history.Settings.Recipe;
        AlexNetShape shape = recipe.Shape;
        double parity = files.ParityOf(ClassifierPipeline.File);
        int networks = history.Epochs.Select(epoch => epoch.Member).DefaultIfEmpty(1).Max();
        HtmlReport page = RunPage.Of(history, "AlexNet", string.Create(
            CultureInfo.InvariantCulture,
            $"{shape.Network}, {shape.Channels}×{shape.Size}×{shape.Size}, {shape.Classes} classes, {RunPage.Epochs(history.Of(1).Count)}{(networks > 1 ? $", {networks} networks" : "")}"));
        page.Figures(
        [
            .. recipe.EarlyStoppingPatience > 0 && networks == 1
                ? [("Epoch kept", $"{history.KeptEpoch(1)}", "the one of the lowest validation error")] : ((string, string, string?)[])[],
            ("Training pictures", RunPage.Text(history.Settings.TrainingRows, "N0"), null),
            .. RunPage.Figures(history, "training images a second", parity, "largest difference of a probability to the trained network"),
        ]);
        test?.AddTo(page, folder);
        Curves(page, history, networks);
        Layers(page, history);
        page.PictureWhereMade("What training sees", "The first pictures of the first epoch, as the network got them.", Augmented(folder));
        page.PictureWhereMade("First-layer kernels", "What the first convolution looks for; each kernel over its own range of values.", Kernels(folder));
        if (networks == 1)
            page.Network("Network", OnnxSummary.Read(files[ClassifierPipeline.File]), "picture", [shape.Channels, shape.Size, shape.Size]);
        RunFiles.Write(folder, RunRecord.Of(AlexNetTransformer.Family, history, [("epochs", history.Epochs)], test?.ToFigures(withTop5: true), parity, commandLine), page);
    }

    private static void Curves(HtmlReport page, AlexNetHistory history, int networks)
    {
        bool isTested = history.Epochs.Any(epoch => epoch.Test is not null), hasTop5 = networks == 1 && history.Epochs.Any(epoch => epoch.Test?.Top5 is not null);
        List<ChartSeries> loss = [], error = [];
        for (int member = 1; member <= networks; member++)
        {
            string name = networks > 1 ? $" of network {member}" : "";
            loss.Add(Series($"train{name}", history, member, epoch => epoch.Train.Loss));
            error.Add(Series($"train, augmented{name}", history, member, epoch => 100 * (1 - epoch.Train.Top1)));
            if (!isTested)
                continue;
            loss.Add(Series($"test{name}", history, member, epoch => epoch.Test?.Loss));
            error.Add(Series($"test{name}", history, member, epoch => 100 * (1 - epoch.Test?.Top1)));
            if (hasTop5)
                error.Add(Series("test, top-5", history, member, epoch => 100 * (1 - epoch.Test?.Top5)));
        }
        page.Chart("Loss", "epoch", "nats", [.. loss]);
        page.Chart("Error", "epoch", "% of pictures", [.. error]);
        page.Chart("Learning rate", "epoch", networks > 1 ? "at the epoch's end, of network 1" : "at the epoch's end", Series("rate", history, 1, epoch => epoch.LearningRate));
        page.Chart("Waiting for data", "epoch", "% of the time",
            [.. Enumerable.Range(1, networks).Select(member => Series(networks > 1 ? $"network {member}" : "waiting", history, member, epoch => 100 * epoch.WaitingShare))]);
    }

    private static void Layers(HtmlReport page, AlexNetHistory history)
    {
        IReadOnlyList<AlexNetEpoch> epochs = [.. history.Of(1).Where(epoch => epoch.Layers.Count > 0)];
        if (epochs.Count == 0)
            return;
        ChartSeries[] Of(Func<AlexNetLayer, double?> figure) => [.. Enumerable.Range(0, epochs[0].Layers.Count)
            .Where(layer => figure(epochs[0].Layers[layer]) is not null)
            .Select(layer => new ChartSeries(epochs[0].Layers[layer].Name, [.. epochs.Select(epoch => ((double)epoch.Epoch, figure(epoch.Layers[layer]) ?? double.NaN))]))];
        page.Chart("Activations that are 0", "epoch", "% of a layer's", Of(layer => 100 * layer.ZeroShare));
        page.Chart("Gradient of a layer's weights", "epoch", "norm, in the epoch's last step", Of(layer => layer.GradientNorm));
    }

    private static ChartSeries Series(string name, AlexNetHistory history, int member, Func<AlexNetEpoch, double?> value) =>
        new(name, [.. history.Of(member).Select(epoch => ((double)epoch.Epoch, value(epoch) ?? double.NaN))]);
}

/// <summary>What a trained network's first convolution looks for.</summary>
internal static class FirstKernels
{
    public static Picture Draw(AlexNetModule network)
    {
        using var scope = NewDisposeScope();
        Tensor weight = network.Features.children().OfType<Convolution>().First().weight.detach().cpu().contiguous();
        return KernelGrid.Draw([.. weight.data<float>()], (int)weight.shape[0], (int)weight.shape[1], (int)weight.shape[2], (int)weight.shape[3]);
    }
}

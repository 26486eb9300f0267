namespace MLNetGen.Cli.Studies;

/// <summary>What each part of the recipe is worth: one left out, or added, at a time (the AlexNet paper, sections 3.3, 3.4, 4.1 and 4.2).</summary>
internal static class AblationStudy
{
    private const double PapersNoise = 0.1;

    public static void Run(StudyData data, AlexNetNetwork network, string folder)
    {
        bool paper = network == AlexNetNetwork.Paper;
        List<(string Name, Action<AlexNetTrainer.Options> Change)> changes =
        [
            ("as it is", _ => { }),
            ("without overlapping pooling", options => options.OverlappingPooling = false),
            ("without dropout", options => options.Dropout = 0),
            paper ? ("without colour noise", options => options.ColorNoise = 0) : ("with colour noise", options => options.ColorNoise = PapersNoise),
            ("without random crops", options => options.RandomCrop = false),
            ("without mirror images", options => options.HorizontalFlip = false),
        ];
        if (network != AlexNetNetwork.Torchvision)
        {
            changes.Insert(1, paper ? ("without response normalisation", options => options.LocalResponseNormalization = false)
                : ("with response normalisation", options => options.LocalResponseNormalization = true));
        }
        StudyVariant[] variants = [.. changes.Select(change => data.Run(change.Name, change.Change))];
        StudyErrors[] errors = [.. variants.Select(variant => data.Errors(variant.Scores))];
        HtmlReport page = new("Ablation", $"{network} network, {(variants.Max(variant => variant.Epochs.Count) is var epochs && epochs == 1 ? "1 epoch" : $"{epochs} epochs")}: one change at a time");
        page.Chart("Test error", "epoch", "% of the test pictures", [.. variants.Select(variant =>
            new ChartSeries(variant.Name, [.. variant.Epochs.Select(epoch => ((double)epoch.Epoch, 100 * (1 - epoch.Test?.Top1) ?? double.NaN))]))]);
        StudyPage.Finish(page, folder, "Error on the test pictures, with the 95 % interval of each (Wilson)", ["recipe", "top-1 error", "95 % interval", "change", "top-5 error", "training loss"],
            [.. variants.Select((variant, i) => (IReadOnlyList<string>)
            [
                variant.Name, StudyPage.Percent(errors[i].Top1), errors[i].Interval, i == 0 ? "" : StudyPage.Signed(errors[i].Top1 - errors[0].Top1), data.Classes > 5 ? StudyPage.Percent(errors[i].Top5) : "–",
                StudyPage.Number(variant.Last?.Train.Loss, "F3"),
            ])]);
    }
}

using System.Globalization;

namespace MLNetGen.Evaluation;

/// <summary>Figures of made pictures on a run's page.</summary>
internal static class GenerativePage
{
    /// <summary>What stands above the table.</summary>
    public const string Judged = "Judged on held-out pictures";

    /// <summary>Adds those to read first, as cards, and others behind them; says which are to be read with care.</summary>
    /// <param name="page">The page.</param>
    /// <param name="test">The figures; null where nothing was judged.</param>
    /// <param name="others">Of the run itself.</param>
    public static void AddTo(HtmlReport page, GenerativeMetrics? test, params IEnumerable<(string Name, string Value, string? Note)> others)
    {
        if (test?.Caveats is { Count: > 0 } caveats)
            page.Note($"Figures to read with care: {string.Join("; ", caveats)}.");
        page.Figures([.. Figures(test), .. others.Select(figure => (figure.Name, figure.Value, figure.Note, false))]);
    }

    private static IEnumerable<(string Name, string Value, string? Note, bool IsGreyed)> Figures(GenerativeMetrics? test) => test is null ? [] :
    [
        ("Kernel distance", Number(test.KernelDistance), $"± {Number(test.KernelDistanceStandardError, "G2")}, to held-out pictures; 0 is best", false),
        ("Precision", Percent(test.Precision), test.NeighbourCaveat ?? "of made pictures lie among real ones", test.NeighbourCaveat is not null),
        ("Coverage", Percent(test.Coverage), test.NeighbourCaveat ?? "of held-out pictures have a made one near", test.NeighbourCaveat is not null),
        ("Fréchet distance", Number(test.FrechetDistance), test.FrechetDistanceCaveat ?? "to held-out pictures; lower is better", test.FrechetDistanceCaveat is not null),
        ("Judged by", test.FeaturesHash ?? "a column", test.Features, false),
        .. test.TwoSample is not { } told ? []
            : ((string, string, string?, bool)[])[("Told by a fresh judge", Percent(told.Accuracy), "of unseen pictures, real and made; 50 % is chance", false)],
    ];

    /// <summary>All of them, with what they say.</summary>
    /// <param name="test">The figures.</param>
    /// <param name="generator">What made the pictures.</param>
    /// <param name="accuracy">The share of pictures that the run's own discriminator told rightly at its end, 0 to 1; null where that is not known.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Rows(GenerativeMetrics test, string generator, double? accuracy) =>
    [
        ["kernel distance", $"{Number(test.KernelDistance, "G3")} ± {Number(test.KernelDistanceStandardError, "G2")}"],
        ["Fréchet distance", WithCaveat(Number(test.FrechetDistance), test.FrechetDistanceCaveat)],
        ["precision, recall", WithCaveat($"{Number(test.Precision)}, {Number(test.Recall)}", test.NeighbourCaveat)],
        ["density, coverage", WithCaveat($"{Number(test.Density)}, {Number(test.Coverage)}", test.NeighbourCaveat)],
        .. test.TwoSample is not { } told ? [] : (string[][])
        [
            ["unseen pictures that a fresh judge tells rightly", $"{Number(told.Accuracy, "P1")} ± {Number(told.StandardError, "P1")}; 50 % is chance (p = {Number(told.PValue, "G2")})"],
            .. accuracy is not { } share ? [] : (string[][])[[
                "the same by the run's own discriminator, at its end",
                $"{Number(share, "P1")}; where this is low and the judge's share high, the discriminator is weak; where both are low, the generator is good",
            ]],
        ],
        ["pictures", $"{test.GeneratedCount} made by the {generator}, {test.RealCount} held out"],
        ["features", $"{test.FeatureCount}: {test.Features}{(test.FeaturesHash is { } hash ? $" (SHA-256 {hash})" : "")}"],
    ];

    private static string WithCaveat(string figures, string? caveat) => caveat is null ? figures : $"({figures}) {caveat}";

    private static string Percent(double share) => Number(share, "P0");

    private static string Number(double value, string format = "G4") => value.ToString(format, CultureInfo.InvariantCulture);
}

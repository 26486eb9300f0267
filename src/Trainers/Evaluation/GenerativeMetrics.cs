using MLNetGen.Evaluation;

namespace MLNetGen;

/// <summary>
/// How near generated rows come to real ones, in the space of some features. Each figure's formula and what is good:
/// <c>docs/evaluation.md</c>. Figures of different extractors do not compare.
/// </summary>
public sealed record GenerativeMetrics
{
    /// <summary>Rows that either side needs: density and coverage look at a row's five nearest.</summary>
    public const int LeastRows = ManifoldMetrics.DensityNeighbours + 1;

    /// <summary>Rows of either side from which on precision, recall, density and coverage say something.</summary>
    public const int LeastNeighbourRows = 100;

    // Two rows a feature: the covariances have full rank, and the bias is no longer most of the distance.
    private const int RowsPerFeature = 2;

    /// <summary>
    /// Squared maximum mean discrepancy under the kernel (xᵀy / d + 1)³: the mean of the unbiased estimate over random
    /// subsets. About 0 for equal distributions, and then below 0 as often as above. Source: Bińkowski et al. 2018,
    /// arXiv:1801.01401, section 4. Of these figures the one to read first: it hardly depends on the number of rows.
    /// </summary>
    public required double KernelDistance { get; init; }

    /// <summary>
    /// Standard error of <see cref="KernelDistance"/>: what it would vary by with other rows of the same kind (delete-d
    /// jackknife; Shao and Wu 1989, doi:10.1214/aos/1176347263).
    /// </summary>
    public required double KernelDistanceStandardError { get; init; }

    /// <summary>
    /// Squared Wasserstein-2 distance of the two Gaussians with the features' means and covariances; 0 or more, lower is
    /// better. Biased upwards for few rows, and comparable for equal numbers of rows alone: see <see cref="FrechetDistanceCaveat"/>. Source: Heusel et al. 2017, arXiv:1706.08500, equation 6.
    /// </summary>
    public required double FrechetDistance { get; init; }

    /// <summary>
    /// Share of generated rows within reach of a real one, 0 to 1: how many are good. Three nearest neighbours.
    /// Source: Kynkäänniemi et al. 2019, arXiv:1904.06991, equation 2.
    /// </summary>
    public required double Precision { get; init; }

    /// <summary>Share of real rows within reach of a generated one, 0 to 1: how much of the variety there is. Source: as <see cref="Precision"/>.</summary>
    public required double Recall { get; init; }

    /// <summary>
    /// Real rows within whose reach a generated one lies, on average, over the five neighbours that define reach; about 1 for
    /// equal distributions, and may exceed it. Source: Naeem et al. 2020, arXiv:2002.09797, section 3.
    /// </summary>
    public required double Density { get; init; }

    /// <summary>
    /// Share of real rows with a generated one among their five nearest, 0 to 1: about 0.97 for equal distributions and
    /// numbers of rows. Source: as <see cref="Density"/>.
    /// </summary>
    public required double Coverage { get; init; }

    /// <summary>Real rows that were read.</summary>
    public required int RealCount { get; init; }

    /// <summary>Generated rows that were read.</summary>
    public required int GeneratedCount { get; init; }

    /// <summary>Features a row.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>Where the features are from: the column's name, or <see cref="FeatureExtractor.Description"/>.</summary>
    public required string Features { get; init; }

    /// <summary><see cref="FeatureExtractor.Hash"/>; null for a column. Figures with another hash do not compare.</summary>
    public string? FeaturesHash { get; init; }

    /// <summary>Why no figure tells how good the pictures are, as with random filters; null where the features were learnt, or are a column's.</summary>
    public string? FeaturesCaveat { get; init; }

    /// <summary>Why <see cref="FrechetDistance"/> is not worth reading: fewer rows of either side than twice <see cref="FeatureCount"/>. Null where it is.</summary>
    public string? FrechetDistanceCaveat => Rows >= RowsPerFeature * FeatureCount ? null
        : $"{Rows} rows are fewer than twice the {FeatureCount} features: the distance is much too large, and compares with none of another number of rows";

    /// <summary>
    /// Why <see cref="Precision"/>, <see cref="Recall"/>, <see cref="Density"/> and <see cref="Coverage"/> are not worth reading: fewer rows of either side than
    /// <see cref="LeastNeighbourRows"/>. Null where they are.
    /// </summary>
    public string? NeighbourCaveat => Rows >= LeastNeighbourRows ? null : $"{Rows} rows are fewer than {LeastNeighbourRows}: so few neighbours lie far apart, and anything lies near one";

    internal IReadOnlyList<string> Caveats =>
    [
        .. FeaturesCaveat is { } features ? (string[])[features] : [],
        .. FrechetDistanceCaveat is { } frechet ? (string[])[$"Fréchet distance: {frechet}"] : [],
        .. NeighbourCaveat is { } neighbours ? (string[])[$"precision, recall, density and coverage: {neighbours}"] : [],
    ];

    private int Rows => Math.Min(RealCount, GeneratedCount);

    /// <summary>What a classifier takes the generated pictures for; null where the features come from elsewhere.</summary>
    public ClassCoverage? Classes { get; init; }

    /// <summary>How well a classifier tells generated rows from real ones; null where none was asked (<c>ml.Generative.EvaluateTwoSample</c>).</summary>
    public TwoSampleMetrics? TwoSample { get; init; }

    /// <summary>Adds those to read first to a page, as cards, and says which are to be read with care.</summary>
    /// <param name="page">The page.</param>
    public void AddTo(HtmlReport page)
    {
        ArgumentNullException.ThrowIfNull(page);
        GenerativePage.AddTo(page, this);
    }

    /// <summary>Adds all of them to a page, as a table.</summary>
    /// <param name="page">The page.</param>
    /// <param name="generator">What made the pictures, as the table calls it.</param>
    public void AddTableTo(HtmlReport page, string generator = "generator")
    {
        ArgumentNullException.ThrowIfNull(page);
        page.Table(GenerativePage.Judged, ["figure", "value"], GenerativePage.Rows(this, generator, accuracy: null));
    }
}

/// <summary>What a classifier trained on real pictures takes generated ones for.</summary>
public sealed record ClassCoverage
{
    /// <summary>Classes that the classifier knows.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Classes that at least one generated picture is taken for.</summary>
    public required int RecognizedCount { get; init; }

    /// <summary>Share of generated pictures, 0 to 1, taken for each class; classes in the classifier's order.</summary>
    public required IReadOnlyDictionary<string, double> Shares { get; init; }

    /// <summary>The greatest of <see cref="Shares"/>: 1 / <see cref="ClassCount"/> where classes are even, 1 for a generator with one class left.</summary>
    public required double LargestShare { get; init; }

    /// <summary>Share of generated pictures whose class the classifier is more than 0.9 sure of, 0 to 1.</summary>
    public required double ConfidentShare { get; init; }

    /// <summary>The same of the real pictures: what <see cref="ConfidentShare"/> can be.</summary>
    public required double RealConfidentShare { get; init; }

    /// <summary>Share of held-out rows that the classifier names rightly, 0 to 1; null where its file does not say.</summary>
    public required double? ClassifierAccuracy { get; init; }
}

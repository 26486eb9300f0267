using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>
/// What the k nearest neighbours say. A row's reach is the distance to its k-th nearest neighbour among its own kind.
/// Precision and recall: Kynkäänniemi et al. 2019, equations 1 and 2. Density and coverage: Naeem et al. 2020, section 3.
/// </summary>
internal sealed record ManifoldMetrics(double Precision, double Recall, double Density, double Coverage)
{
    /// <summary>The papers' own k: 3 for precision and recall, 5 for density and coverage.</summary>
    public const int PrecisionNeighbours = 3, DensityNeighbours = 5;

    // Distances to this many rows at a time.
    private const int Chunk = 512;

    /// <summary>Of features [n, d] and [m, d] in float64; more than <see cref="DensityNeighbours"/> rows each.</summary>
    public static ManifoldMetrics Between(Tensor real, Tensor generated)
    {
        using var scope = NewDisposeScope();
        (Tensor realReach, Tensor densityReach) = Reach(real);
        (Tensor generatedReach, _) = Reach(generated);
        Tensor reached = Holders(real, realReach, generated);
        Tensor recalled = Holders(generated, generatedReach, real);
        Tensor holders = Holders(real, densityReach, generated);
        return new(
            Share(reached > 0),
            Share(recalled > 0),
            holders.to_type(ScalarType.Float64).mean().item<double>() / DensityNeighbours,
            Share(Nearest(real, generated) <= densityReach));
    }

    // How many of the rows hold each point within their reach.
    private static Tensor Holders(Tensor rows, Tensor reach, Tensor points) =>
        ByChunk(points, part => (Distances(part, rows) <= reach).sum(1));

    private static Tensor Nearest(Tensor rows, Tensor points) => ByChunk(rows, part => Distances(part, points).amin([1]));

    private static (Tensor Precision, Tensor Density) Reach(Tensor rows)
    {
        // The nearest is the row itself, at 0.
        Tensor nearest = ByChunk(rows, part => Distances(part, rows).topk(DensityNeighbours + 1, largest: false).values);
        return (nearest.select(1, PrecisionNeighbours), nearest.select(1, DensityNeighbours));
    }

    private static Tensor ByChunk(Tensor rows, Func<Tensor, Tensor> measure)
    {
        List<Tensor> parts = [];
        for (long start = 0; start < rows.shape[0]; start += Chunk)
        {
            using DisposeScope scope = NewDisposeScope();
            parts.Add(measure(rows.narrow(0, start, Math.Min(Chunk, rows.shape[0] - start))).MoveToOuterDisposeScope());
        }
        return cat(parts);
    }

    // Not by the matrix product, which gives equal rows a distance above 0.
    private static Tensor Distances(Tensor a, Tensor b) => cdist(a, b, compute_mode: compute_mode.donot_use_mm_for_euclid_dist);

    private static double Share(Tensor met) => met.to_type(ScalarType.Float64).mean().item<double>();
}

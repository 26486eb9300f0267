namespace MLNetGen.Export.Tiling;

/// <summary>
/// The plans that pictures of different sizes need, each made once, with its sessions: the second picture of one size costs no set-up. Several
/// threads may ask at once.
/// </summary>
internal sealed class TilingPlans(TilingGraph graph, FillingRule filling, TilingOptions options, int tileRows) : IDisposable
{
    // From the one that computes least twice to the one that keeps nothing.
    private readonly Lazy<TilingPlan>[] plans = [.. TilingPlan.Densities(graph).Select(
        densest => new Lazy<TilingPlan>(() => new(graph, [filling.StrideY, filling.StrideX], densest, options.Threads)))];

    private readonly long memoryLimit = options.MemoryLimit;

    /// <summary>The first one that fits; the last one always does.</summary>
    public TilingPlan For(int height, int width) =>
        plans.Select(plan => plan.Value).First(plan => plan == plans[^1].Value || plan.Peak(height, width, tileRows) <= memoryLimit);

    public void Dispose()
    {
        foreach (Lazy<TilingPlan> plan in plans.Where(plan => plan.IsValueCreated)) plan.Value.Dispose();
    }
}

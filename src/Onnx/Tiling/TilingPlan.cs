using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx.Tiling;

/// <summary>
/// Which passes run a network over a picture: one to every normalisation, whose statistics the next ones need, and one to the output.
/// Values at the cuts, and those that several nodes read behind a normalisation, are kept from pass to pass as far as memory allows.
/// </summary>
internal sealed class TilingPlan : IDisposable
{
    private readonly TilingGraph graph;
    private readonly int[] strides;
    private readonly Dictionary<string, int> lastUse = [];

    /// <param name="graph">The network.</param>
    /// <param name="strides">What a tile's height and width are multiples of.</param>
    /// <param name="densest">Values of more numbers a pixel are not kept.</param>
    /// <param name="engine">What ONNX Runtime runs the passes with.</param>
    public TilingPlan(TilingGraph graph, int[] strides, double densest, PassEngine engine)
    {
        (this.graph, this.strides) = (graph, strides);
        Passes = MakePasses(densest);
        for (int i = 0; i < Passes.Count; i++)
        {
            foreach (string source in Passes[i].Sources) lastUse[source] = i;
        }

        foreach (TilingPass pass in Passes) pass.Kept.RemoveAll(name => !lastUse.ContainsKey(name));
        Sessions = [.. Passes.Select(pass => new PassSession(() => PassModel.Build(pass, graph), engine, PassModel.Outputs(pass)))];
    }

    public IReadOnlyList<TilingPass> Passes { get; }

    /// <summary>One to every pass.</summary>
    public IReadOnlyList<PassSession> Sessions { get; }

    /// <summary>How dense the values are that are worth keeping, from the densest; 0, last, keeps none.</summary>
    public static double[] Densities(TilingGraph graph) => [.. Candidates(graph).Select(name => graph.Find(name)!.Density).Distinct().OrderDescending(), 0];

    /// <summary>The pass after which a kept value is not read any more.</summary>
    public int LastUse(string name) => lastUse[name];

    /// <summary>The most bytes that a picture's kept values take at once. A row of tiles is written before the rows that it was made from go.</summary>
    public long Peak(long height, long width, long tileRows)
    {
        long peak = 0;
        var live = new HashSet<string>();
        for (int i = 0; i < Passes.Count; i++)
        {
            long before = live.Sum(name => Bytes(name, height, width));
            live.UnionWith(Passes[i].Kept);
            long rows = live.Sum(name => Bytes(name, Math.Min(height, tileRows + Passes[i].Halo[0].Before + Passes[i].Halo[0].After), width));
            live.RemoveWhere(name => lastUse[name] <= i);
            long after = live.Sum(name => Bytes(name, height, width));
            peak = Math.Max(peak, Math.Max(before, after) + rows);
        }

        return peak;
    }

    public void Dispose()
    {
        foreach (PassSession session in Sessions) session.Dispose();
    }

    private static IEnumerable<string> Candidates(TilingGraph graph)
    {
        var behind = new HashSet<string>();
        foreach (NodeProto node in graph.SpatialNodes.Where(node => graph.IsNorm(node) || node.Input.Any(behind.Contains))) behind.UnionWith(node.Output);
        var shared = graph.SpatialNodes.SelectMany(node => node.Input.Distinct()).GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key);
        return graph.Norms.Select(norm => norm.Input[0]).Concat(shared.Where(behind.Contains)).Distinct()
            .Where(name => graph.Find(name) is { IsPlanes: true, IsExact: true } && name != graph.Picture.Name && name != graph.Output.Name);
    }

    private List<TilingPass> MakePasses(double densest)
    {
        HashSet<string> worthKeeping = [.. Candidates(graph).Where(name => graph.Find(name)!.Density <= densest)];
        var available = new HashSet<string> { graph.Picture.Name };
        var passes = new List<TilingPass>();
        foreach ((string target, NodeProto? norm) in graph.Norms.Select(norm => (norm.Input[0], (NodeProto?)norm)).Append((graph.Output.Name, null)))
        {
            (List<NodeProto> nodes, List<string> sources) = Part(target, available);
            List<string> kept = [.. nodes.SelectMany(node => node.Output).Where(name => worthKeeping.Contains(name) && !available.Contains(name))];
            available.UnionWith(kept);
            passes.Add(new()
            {
                Target = target,
                Norm = norm,
                Nodes = nodes,
                Sources = sources,
                Kept = kept,
                Halo = Halo(nodes, [target, .. kept]),
                Cost = nodes.Sum(Cost),
            });
        }

        return passes;
    }

    // From the target back to what is there already.
    private (List<NodeProto> Nodes, List<string> Sources) Part(string target, HashSet<string> available)
    {
        var needed = new HashSet<string> { target };
        var nodes = new List<NodeProto>();
        var sources = new List<string>();
        if (available.Contains(target)) sources.Add(target);
        foreach (NodeProto node in graph.Model.Graph.Node.Reverse())
        {
            if (!node.Output.Any(name => needed.Contains(name) && !available.Contains(name))) continue;
            nodes.Add(node);
            foreach (string name in node.Input.Where(name => name.Length > 0 && needed.Add(name) && available.Contains(name))) sources.Add(name);
        }

        nodes.Reverse();
        return (nodes, sources);
    }

    private Margin[] Halo(List<NodeProto> nodes, IReadOnlyCollection<string> results)
    {
        var margins = new Dictionary<string, Margin[]>();
        foreach (NodeProto node in nodes)
        {
            if (graph.RuleOf(node) is not { } rule) continue;
            var input = new Margin[2];
            foreach (Margin[] other in node.Input.Select(margins.GetValueOrDefault).OfType<Margin[]>()) input = [input[0].Or(other[0]), input[1].Or(other[1])];
            foreach (string name in node.Output) margins[name] = [rule.Spread(0, input[0]), rule.Spread(1, input[1])];
        }

        var halo = new Margin[2];
        foreach (string name in results.Where(margins.ContainsKey))
        {
            for (int axis = 0; axis < 2; axis++)
            {
                Ratio scale = graph.Find(name)!.Scales[axis];
                Margin margin = margins[name][axis];
                halo[axis] = halo[axis].Or(new(RoundUp(scale.PixelsOf(margin.Before), strides[axis]), RoundUp(scale.PixelsOf(margin.After), strides[axis])));
            }
        }

        return halo;
    }

    private double Cost(NodeProto node)
    {
        if (graph.RuleOf(node) is null) return 0;
        double perPixel = 0;
        foreach (string name in node.Output.Where(name => name.Length > 0))
        {
            SpatialValue output = graph.Find(name)!, input = graph.Find(node.Input[0]) ?? output;
            double work = node.OpType switch
            {
                "Conv" => output.Density * graph.ShapeOf(node.Input[1]).Skip(1).Aggregate(1.0, (a, b) => a * b),
                "ConvTranspose" => input.Density * graph.ShapeOf(node.Input[1]).Skip(1).Aggregate(1.0, (a, b) => a * b),
                // Its memory traffic counts for what a few multiplications take.
                _ => output.Density * 4,
            };
            perPixel += work;
        }

        return perPixel;
    }

    private long Bytes(string name, long height, long width) => (long)(graph.Find(name)!.Density * height * width * sizeof(float));

    private static int RoundUp(long length, long multiple) => checked((int)((length + multiple - 1) / multiple * multiple));
}

/// <summary>One walk over all tiles: a part of the graph, what it reads and what it gives.</summary>
internal sealed class TilingPass
{
    /// <summary>The value it is there for.</summary>
    public required string Target { get; init; }

    /// <summary>The normalisation whose statistics are taken of <see cref="Target"/>; null in the last pass, which gives the output.</summary>
    public required NodeProto? Norm { get; init; }

    /// <summary>Its nodes, in order.</summary>
    public required IReadOnlyList<NodeProto> Nodes { get; init; }

    /// <summary>Values of the whole picture that it reads: the picture, and what earlier passes kept.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>What of its values is kept for later passes.</summary>
    public required List<string> Kept { get; init; }

    /// <summary>Pixels of the picture that a tile needs around itself, along height and width.</summary>
    public required Margin[] Halo { get; init; }

    /// <summary>Multiplications and additions a pixel of the picture, roughly.</summary>
    public required double Cost { get; init; }
}

/// <summary>
/// The plans that pictures of different sizes need, each made once, with its sessions: the second picture of one size costs no set-up. Several
/// threads may ask at once.
/// </summary>
internal sealed class TilingPlans(TilingGraph graph, PaddingRule filling, PassEngine engine, long memoryLimit, int tileRows) : IDisposable
{
    // From the one that computes least twice to the one that keeps nothing.
    private readonly Lazy<TilingPlan>[] plans = [.. TilingPlan.Densities(graph).Select(
        densest => new Lazy<TilingPlan>(() => new(graph, [filling.StrideY, filling.StrideX], densest, engine)))];

    /// <summary>The first one that fits; the last one always does.</summary>
    public TilingPlan For(int height, int width) =>
        plans.Select(plan => plan.Value).First(plan => plan == plans[^1].Value || plan.Peak(height, width, tileRows) <= memoryLimit);

    public void Dispose()
    {
        foreach (Lazy<TilingPlan> plan in plans.Where(plan => plan.IsValueCreated)) plan.Value.Dispose();
    }
}

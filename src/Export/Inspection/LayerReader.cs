using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>Walks the nodes in order and follows weights to the layers that read them.</summary>
internal sealed class LayerReader(WeightTable table, ShapeTable shapes)
{
    private readonly HashSet<Weight> counted = [];
    private readonly List<OnnxLayer> layers = [];

    public List<OnnxLayer> Read(GraphProto graph)
    {
        Walk(graph, [], 0);
        return layers;
    }

    // A subgraph sees the values around it; its own never leave it.
    private void Walk(GraphProto graph, Dictionary<string, Origin> around, int depth)
    {
        var origins = new Dictionary<string, Origin>(around);
        foreach ((string name, Weight weight) in table.Of(graph)) origins[name] = new(Kind.Weight, [weight]);
        foreach (NodeProto node in graph.Node)
        {
            Origin origin = OriginOf(node, origins);
            foreach (string output in node.Output) origins[output] = origin;
            layers.Add(Describe(node, origin, origins, depth));
            foreach (GraphProto inner in Subgraphs.Of(node)) Walk(inner, origins, depth + 1);
        }
    }

    private static Origin OriginOf(NodeProto node, Dictionary<string, Origin> origins)
    {
        if (node.OpType == "Constant")
            return new(Kind.Weight, [.. node.Attribute.Where(a => a.T is not null).Select(a => WeightTable.Constant(a.T))]);
        if (node.OpType is "Shape" or "Size") return new(Kind.Shape, []);
        Origin[] inputs = [.. node.Input.Where(name => name.Length > 0).Select(name => origins.GetValueOrDefault(name, Origin.Activation))];
        if (inputs.Length == 0 || Subgraphs.Of(node).Any() || inputs.Any(input => input.Kind == Kind.Activation)) return Origin.Activation;
        return new(inputs.Any(input => input.Kind == Kind.Shape) ? Kind.Shape : Kind.Weight, WeightsOf(node, origins));
    }

    private static IReadOnlyList<Weight> WeightsOf(NodeProto node, Dictionary<string, Origin> origins) =>
        [.. node.Input.Where((name, i) => name.Length > 0 && !Operators.IsSetting(node.OpType, i)).SelectMany(name => origins.GetValueOrDefault(name, Origin.Activation).Weights).Distinct()];

    private OnnxLayer Describe(NodeProto node, Origin origin, Dictionary<string, Origin> origins, int depth)
    {
        // What only prepares weights hands them on to the layer that uses them.
        bool prepares = origin.Kind != Kind.Activation;
        Weight[] parameters = prepares ? [] : [.. WeightsOf(node, origins).Where(weight => weight.IsParameterOf(node.OpType))];
        long shared = parameters.Where(counted.Contains).Sum(weight => weight.Count);
        counted.UnionWith(parameters);
        long total = parameters.Sum(weight => weight.Count);
        bool isBias = !prepares && node.OpType == "Add" && total > 0 && node.Input.Any(name => origins.GetValueOrDefault(name, Origin.Activation).IsProduct);
        if (!prepares && node.Output.Count > 0 && node.OpType == "MatMul") origins[node.Output[0]] = Origin.Product;
        return new()
        {
            Name = NameOf(node),
            Operator = node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}",
            Settings = LayerSettings.Of(node, shapes),
            OutputShape = node.Output.Count > 0 ? shapes.Of(node.Output[0]) : null,
            Parameters = total,
            SharedParameters = shared,
            MultiplyAdds = prepares ? 0 : isBias ? shapes.CountOf(node.Output[0]) : LayerMultiplyAdds.Of(node, shapes),
            IsBookkeeping = prepares || Operators.IsBookkeeping(node.OpType),
            Depth = depth,
        };
    }

    private static string NameOf(NodeProto node)
    {
        string name = node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(output => output.Length > 0) ?? "";
        int slash = name.LastIndexOf('/');
        return slash > 0 ? name[..slash].TrimStart('/') : name.TrimStart('/');
    }

    private enum Kind
    {
        /// <summary>Depends on the input.</summary>
        Activation,

        /// <summary>Depends on the input's shape alone.</summary>
        Shape,

        /// <summary>Depends on stored tensors alone.</summary>
        Weight,
    }

    private sealed record Origin(Kind Kind, IReadOnlyList<Weight> Weights)
    {
        public static readonly Origin Activation = new(Kind.Activation, []);

        /// <summary>A matrix product: what is added to it is the rest of a linear layer.</summary>
        public static readonly Origin Product = new(Kind.Activation, []);

        public bool IsProduct => ReferenceEquals(this, Product);
    }
}

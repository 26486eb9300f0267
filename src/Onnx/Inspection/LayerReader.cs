using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

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
            Operator = node.FullOperator(),
            Settings = LayerSettings.Of(node, shapes),
            Inputs = [.. node.Input.Where(name => name.Length > 0)],
            Outputs = [.. node.Output.Where(name => name.Length > 0)],
            OutputShape = node.Output.Count > 0 ? shapes.Of(node.Output[0]) : null,
            Parameters = total,
            SharedParameters = shared,
            MultiplyAdds = prepares ? 0 : isBias ? shapes.CountOf(node.Output[0]) : LayerMultiplyAdds.Of(node, shapes),
            IsBookkeeping = prepares || Operators.IsBookkeeping(node.OpType),
            Depth = depth,
        };
    }

    /// <summary>See <see cref="OnnxLayer.Name"/>.</summary>
    public static string NameOf(NodeProto node)
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

/// <summary>The stored tensors of a model, of its subgraphs too, and which of them are parameters.</summary>
internal sealed class WeightTable
{
    private readonly Dictionary<GraphProto, Dictionary<string, Weight>> byGraph = new(ReferenceEqualityComparer.Instance);
    private readonly bool ours;

    public WeightTable(ModelProto model)
    {
        ours = model.ProducerName == Protos.Producer;
        Add(model.Graph);
    }

    public long Bytes { get; private set; }

    public IReadOnlyDictionary<string, Weight> Of(GraphProto graph) => byGraph[graph];

    /// <summary>A tensor inside of a node: a Constant's.</summary>
    public static Weight Constant(TensorProto tensor) => new(tensor.Dims.Count, TensorElements.CountOf(tensor), tensor.DataType, isConstant: true);

    private void Add(GraphProto graph)
    {
        var weights = new Dictionary<string, Weight>();
        byGraph.Add(graph, weights);
        foreach (TensorProto tensor in graph.Initializer)
        {
            Bytes += TensorElements.BytesOf(tensor.DataType, TensorElements.CountOf(tensor));
            bool constant = ours ? Protos.IsConstantName(tensor.Name) : tensor.Dims.Count == 0;
            weights[tensor.Name] = new(tensor.Dims.Count, TensorElements.CountOf(tensor), tensor.DataType, constant);
        }

        foreach (NodeProto node in graph.Node)
        {
            foreach (GraphProto inner in Subgraphs.Of(node)) Add(inner);
        }
    }
}

/// <summary>A stored tensor, equal to itself alone.</summary>
internal sealed class Weight(int rank, long count, int elementType, bool isConstant)
{
    public long Count => count;

    /// <summary>Whether it is a parameter where a layer reads it. Files keep weights in Constant nodes too, but only layers made of weights tell them from constants.</summary>
    public bool IsParameterOf(string operation)
    {
        if (TensorElements.IsQuantized(elementType)) return rank > 1 && !isConstant;
        return TensorElements.IsFloating(elementType) && (!isConstant || (rank > 0 && Operators.HasWeights(operation)));
    }
}

/// <summary>What inspection knows about ONNX's operators.</summary>
internal static class Operators
{
    /// <summary>Whether a layer's own inputs are weights by definition, however the file stores them.</summary>
    public static bool HasWeights(string operation) => operation is
        "Conv" or "ConvTranspose" or "ConvInteger" or "QLinearConv" or "FusedConv" or "Gemm" or "FusedGemm" or "MatMul" or "MatMulInteger" or "QLinearMatMul"
        or "FusedMatMul" or "BatchNormalization" or "InstanceNormalization" or "GroupNormalization" or "LayerNormalization" or "SkipLayerNormalization"
        or "LSTM" or "GRU" or "RNN" or "PRelu" or "Gather";

    /// <summary>Whether an input is no parameter even when it is stored: statistics, sizes, limits, scales of quantisation.</summary>
    public static bool IsSetting(string operation, int input) => operation switch
    {
        "BatchNormalization" => input >= 3,
        "Resize" or "Upsample" or "Clip" or "Pad" or "Dropout" or "QuantizeLinear" or "DequantizeLinear" or "OneHot" => input >= 1,
        "LSTM" => input is 5 or 6,
        "GRU" or "RNN" => input == 5,
        "QLinearConv" => input is not (0 or 3 or 8),
        "QLinearMatMul" => input is not (0 or 3),
        _ => false,
    };

    public static bool IsBookkeeping(string operation) => operation is "Constant" or "Identity" or "Shape" or "Size";
}

internal static class Subgraphs
{
    /// <summary>The branches of an If, the body of a Loop or a Scan.</summary>
    public static IEnumerable<GraphProto> Of(NodeProto node) =>
        node.Attribute.SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G));
}

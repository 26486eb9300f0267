using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>The stored tensors of a model, of its subgraphs too, and which of them are parameters.</summary>
internal sealed class WeightTable
{
    private readonly Dictionary<GraphProto, Dictionary<string, Weight>> byGraph = new(ReferenceEqualityComparer.Instance);
    private readonly bool ours;

    public WeightTable(ModelProto model)
    {
        ours = model.ProducerName == ModelWriter.Producer;
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
            Bytes += TensorElements.BytesOf(tensor);
            bool constant = ours ? OnnxGraph.IsConstantName(tensor.Name) : tensor.Dims.Count == 0;
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

using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

internal static class Subgraphs
{
    /// <summary>The branches of an If, the body of a Loop or a Scan.</summary>
    public static IEnumerable<GraphProto> Of(NodeProto node) =>
        node.Attribute.SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G));
}

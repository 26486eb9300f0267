using MLNetGen.Export.Onnx;

namespace MLNetGen.Export.Tiling;

internal static class NodeAttributes
{
    public static long Integer(this NodeProto node, string name, long otherwise) => Find(node, name)?.I ?? otherwise;

    public static float Number(this NodeProto node, string name, float otherwise) => Find(node, name)?.F ?? otherwise;

    public static string Text(this NodeProto node, string name, string otherwise) => Find(node, name)?.S.ToStringUtf8() ?? otherwise;

    public static long[]? Integers(this NodeProto node, string name) => Find(node, name) is { } attribute ? [.. attribute.Ints] : null;

    private static AttributeProto? Find(NodeProto node, string name) => node.Attribute.LastOrDefault(attribute => attribute.Name == name);
}

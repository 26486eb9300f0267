using System.Text;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>
/// Finds the nodes named "mlnet.COLUMN.SlotNames" in an ONNX file and reads their "keys_strings". The file is a
/// protocol buffer; only the few fields on the way are looked into, so weights are skipped and never read.
/// </summary>
internal static class OnnxSlotNames
{
    private const string Prefix = "mlnet.";
    private const string Suffix = ".SlotNames";

    // Field numbers of onnx.proto.
    private const int ModelGraph = 7;
    private const int GraphNode = 1;
    private const int NodeName = 3;
    private const int NodeAttribute = 5;
    private const int AttributeName = 1;
    private const int AttributeStrings = 9;

    public static Dictionary<string, string[]> Read(string file)
    {
        using FileStream stream = File.OpenRead(file);
        var found = new Dictionary<string, string[]>();
        ProtoMessage.ForEach(stream, stream.Length, (field, length) =>
        {
            if (field == ModelGraph)
                ProtoMessage.ForEach(stream, length, (graphField, nodeLength) => ReadNode(stream, graphField, nodeLength, found));
        });
        return found;
    }

    private static void ReadNode(FileStream stream, int field, long length, Dictionary<string, string[]> found)
    {
        if (field != GraphNode)
            return;
        long start = stream.Position;
        string name = null;
        ProtoMessage.ForEach(stream, length, (nodeField, size) => name = nodeField == NodeName ? ReadText(stream, size) : name);
        if (name == null || !name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal)
            || name.Length <= Prefix.Length + Suffix.Length)
        {
            return;
        }
        stream.Position = start;
        ProtoMessage.ForEach(stream, length, (nodeField, size) =>
        {
            if (nodeField == NodeAttribute && ReadKeys(stream, size) is { } keys)
                found.TryAdd(name[Prefix.Length..^Suffix.Length], keys);
        });
    }

    private static string[] ReadKeys(FileStream stream, long length)
    {
        string name = null;
        var strings = new List<string>();
        ProtoMessage.ForEach(stream, length, (field, size) =>
        {
            if (field == AttributeName)
                name = ReadText(stream, size);
            else if (field == AttributeStrings)
                strings.Add(ReadText(stream, size));
        });
        return name == "keys_strings" ? strings.ToArray() : null;
    }

    private static string ReadText(FileStream stream, long length)
    {
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }
}

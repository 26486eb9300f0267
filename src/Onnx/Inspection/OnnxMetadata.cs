using Google.Protobuf;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>Text in an ONNX file: what ONNX Runtime gives as a model's custom metadata.</summary>
public static class OnnxMetadata
{
    /// <summary>Adds text to a file that is written, such as what a check of it found. The file is not read: what is added stands at its end.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <param name="texts">Keys that the file has not, and their texts.</param>
    /// <exception cref="IOException">The file is not there, or cannot be written.</exception>
    public static void Append(string path, IReadOnlyDictionary<string, string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        // Of two messages one after the other, the repeated fields are one list (protobuf's encoding, "last one wins").
        var more = new ModelProto();
        foreach ((string key, string value) in texts.OrderBy(pair => pair.Key, StringComparer.Ordinal)) more.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
        stream.Seek(0, SeekOrigin.End);
        more.WriteTo(stream);
    }

    /// <summary>The texts in a file; of two with one key, the last.</summary>
    /// <param name="onnx">The file's bytes, to the end.</param>
    /// <exception cref="InvalidDataException">They are no ONNX file's.</exception>
    public static IReadOnlyDictionary<string, string> Read(Stream onnx) => Read(onnx, "it");

    /// <summary>The texts in a file that ONNX Runtime has opened. It is not asked itself: of a key with a NUL in it, it finds no text and reads at address 0.</summary>
    internal static IReadOnlyDictionary<string, string> Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Read(file, $"'{path}'");
    }

    private static Dictionary<string, string> Read(Stream onnx, string name)
    {
        Dictionary<string, string> texts = [];
        bool hasGraph = false;
        try
        {
            using CodedInputStream fields = new(onnx, leaveOpen: true);
            while (fields.ReadTag() is var tag and not 0)
            {
                int field = WireFormat.GetTagFieldNumber(tag);
                hasGraph |= field == ModelProto.GraphFieldNumber;
                if (field == ModelProto.MetadataPropsFieldNumber)
                {
                    StringStringEntryProto text = new();
                    fields.ReadMessage(text);
                    texts[text.Key] = text.Value;
                }
                else
                {
                    // The graph too: its weights need not be in memory for a few words about them.
                    fields.SkipLastField();
                }
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Protos.Damaged(name, e);
        }
        return hasGraph ? texts : throw Protos.WithoutGraph(name);
    }
}

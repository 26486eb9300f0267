namespace MLNetGen.Onnx;

/// <summary>
/// What an ONNX file holds: inputs, outputs, layers with shapes, parameters and multiply-adds, metadata. Any file will do,
/// whoever wrote it: unknown operators and domains are listed, weights in files of their own need not be there.
/// </summary>
/// <remarks>
/// Shapes are those the file declares or, where it leaves some out, those that ONNX Runtime finds in one run on zeros; axes
/// that may vary have the length 1 where they come first or are named batch, and a size that is given or assumed elsewhere.
/// </remarks>
public sealed record OnnxSummary
{
    /// <summary>Height and width at which pictures are counted where the file leaves them open and none is given.</summary>
    public const int DefaultSize = 224;

    /// <summary>The graph's name; may be empty.</summary>
    public required string Name { get; init; }

    /// <summary>The program that wrote the file; may be empty.</summary>
    public required string Producer { get; init; }

    /// <summary>That program's version; may be empty.</summary>
    public required string ProducerVersion { get; init; }

    /// <summary>Version of ONNX's own operator set; 0 where the file uses none of them.</summary>
    public required long Opset { get; init; }

    /// <summary>Versions of all operator sets by domain; ONNX's own is <c>ai.onnx</c>.</summary>
    public required IReadOnlyDictionary<string, long> Opsets { get; init; }

    /// <summary>Size of the file in bytes, without weights in files of their own.</summary>
    public required long FileBytes { get; init; }

    /// <summary>What a caller gives.</summary>
    public required IReadOnlyList<OnnxTensorInfo> Inputs { get; init; }

    /// <summary>What a caller gets.</summary>
    public required IReadOnlyList<OnnxTensorInfo> Outputs { get; init; }

    /// <summary>The nodes in their order, those of subgraphs after the node that holds them.</summary>
    public required IReadOnlyList<OnnxLayer> Layers { get; init; }

    /// <summary>Numbers that training changes, shared ones counted once; see <see cref="OnnxLayer.Parameters"/>.</summary>
    public required long Parameters { get; init; }

    /// <summary>
    /// Multiplications followed by an addition in one run; null where some layer's is unknown. See
    /// <see cref="OnnxLayer.MultiplyAdds"/>.
    /// </summary>
    public required long? MultiplyAdds { get; init; }

    /// <summary>Bytes of all stored tensors, running statistics and constants included.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>The file's own keys and values.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>The shapes of the inputs, by name, at which shapes and multiply-adds were counted.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<long>> CountedAt { get; init; }

    /// <summary>Why shapes are missing; null where all are known.</summary>
    public string? ShapesMissing { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <param name="size">Length of every axis that may vary and is no batch, at least 1. Unset: 224 in tensors with four and more axes (height and width of pictures), 1 in others.</param>
    /// <exception cref="InvalidDataException">It is not an ONNX file, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OnnxSummary Read(string path, int? size = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        return SummaryReader.Read(stream, stream.Length, $"'{path}'", size);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">An ONNX file's bytes.</param>
    /// <param name="size">Length of every axis that may vary and is no batch, at least 1. Unset: 224 in tensors with four and more axes (height and width of pictures), 1 in others.</param>
    /// <exception cref="InvalidDataException">It is not an ONNX file, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OnnxSummary Read(Stream stream, int? size = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return SummaryReader.Read(stream, stream.CanSeek ? stream.Length - stream.Position : null, "the stream", size);
    }
}

using MLNetGen.Export.Onnx;

namespace MLNetGen.Export.Tiling;

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

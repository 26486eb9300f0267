using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx.Tiling;

/// <summary>A network read for tiling: which values have the picture's height and width, at which scale, and how each node works on a tile.</summary>
internal sealed class TilingGraph
{
    // Small, but large enough for reflections four scales down; what the strides must divide.
    private const long ProbeHeight = 96, ProbeWidth = 192;
    private const int External = 1;

    private readonly Dictionary<string, long[]> shapes;
    private readonly Dictionary<string, SpatialValue> spatial = [];
    private readonly Dictionary<NodeProto, TileRule> rules = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, TensorProto> stored;

    public TilingGraph(ModelProto model)
    {
        Model = model;
        if (model.Graph.Initializer.Any(tensor => (int)tensor.DataLocation == External))
            throw new NotSupportedException("The network's weights lie in a file beside it; save it as one file to run it in tiles.");
        stored = model.Graph.Initializer.ToDictionary(tensor => tensor.Name);
        ValueInfoProto[] inputs = [.. model.Graph.Input.Where(input => !stored.ContainsKey(input.Name))];
        Picture = inputs.FirstOrDefault(IsPicture) ?? throw new NotSupportedException(
            "The network has no input of pictures of any size: float32 [N, C, H, W] or uint8 [N, H, W, C] with 1 or 3 channels. " +
            "Export it with dynamic height and width to run it in tiles.");
        OtherInputs = [.. inputs.Where(input => input != Picture)];
        Producers = model.Graph.Node.SelectMany(node => node.Output.Select(name => (name, node))).Where(pair => pair.name.Length > 0)
            .ToDictionary(pair => pair.name, pair => pair.node);
        shapes = Probe();
        Walk();
        Output = model.Graph.Output[0];
        if (Find(Output.Name) is not { IsExact: true } output || output.Shape.Length != 4)
            throw new NotSupportedException($"The network's output '{Output.Name}' is not a picture whose size is the input's, or whole times it.");
        StrideY = spatial.Values.Aggregate(1L, (all, value) => Ratio.LeastCommonMultiple(all, value.Scales[0].Down));
        StrideX = spatial.Values.Aggregate(1L, (all, value) => Ratio.LeastCommonMultiple(all, value.Scales[1].Down));
        if (ProbeHeight % StrideY != 0 || ProbeWidth % StrideX != 0)
            throw new NotSupportedException($"The network's strides multiply to {StrideY}×{StrideX}; for tiles they must divide {ProbeHeight}×{ProbeWidth}.");
    }

    public ModelProto Model { get; }

    public ValueInfoProto Picture { get; }

    public bool TakesBytes => Picture.Type.TensorType.ElemType == (int)OnnxElementType.UInt8;

    public int PictureChannels => (int)shapes[Picture.Name][TakesBytes ? 3 : 1];

    public ValueInfoProto[] OtherInputs { get; }

    public ValueInfoProto Output { get; }

    /// <summary>What height and width of a tile must be multiples of.</summary>
    public long StrideY { get; }

    public long StrideX { get; }

    public Dictionary<string, NodeProto> Producers { get; }

    public IEnumerable<NodeProto> SpatialNodes => Model.Graph.Node.Where(rules.ContainsKey);

    /// <summary>Normalisations over the whole picture, in the order in which they run.</summary>
    public IEnumerable<NodeProto> Norms => SpatialNodes.Where(IsNorm);

    /// <summary>The node that fills the picture up to a multiple, if there is one.</summary>
    public NodeProto? Pad => SpatialNodes.FirstOrDefault(node => node.OpType == "Pad" && node.Integers("pads") is null && Integers(node.Input[1]) is null);

    public bool IsNorm(NodeProto node) => node.OpType == "InstanceNormalization" && rules.ContainsKey(node);

    public SpatialValue? Find(string name) => spatial.GetValueOrDefault(name);

    public TileRule? RuleOf(NodeProto node) => rules.GetValueOrDefault(node);

    public long[] ShapeOf(string name) => shapes.TryGetValue(name, out long[]? shape)
        ? shape : throw new NotSupportedException($"The network cannot be run in tiles: the shape of '{name}' is not known.");

    /// <summary>Whole numbers that the file holds; null where they are computed.</summary>
    public long[]? Integers(string name) => (stored.GetValueOrDefault(name) ?? Constant(name))?.Integers();

    /// <summary>Numbers that the file holds; null where they are computed.</summary>
    public float[]? Floats(string name) => (stored.GetValueOrDefault(name) ?? Constant(name))?.Floats();

    private TensorProto? Constant(string name) =>
        Producers.TryGetValue(name, out NodeProto? node) && node.OpType == "Constant" ? node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T : null;

    private static bool IsPicture(ValueInfoProto input)
    {
        if (input.Type?.TensorType is not { Shape.Dim.Count: 4 } type) return false;
        (int channel, int[] sides) = type.ElemType == (int)OnnxElementType.UInt8 ? (3, new[] { 1, 2 }) : (1, [2, 3]);
        return type.ElemType is (int)OnnxElementType.UInt8 or (int)OnnxElementType.Float
            && type.Shape.Dim[channel].DimValue is 1 or 3
            && sides.All(axis => type.Shape.Dim[axis].ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue);
    }

    private Dictionary<string, long[]> Probe()
    {
        var known = new Dictionary<string, long[]>();
        foreach (ValueInfoProto input in OtherInputs)
        {
            if (input.Type?.TensorType?.Shape is { } shape) known[input.Name] = [.. shape.Dim.Select(axis => Math.Max(1, axis.DimValue))];
        }

        long channels = Picture.Type.TensorType.Shape.Dim[TakesBytes ? 3 : 1].DimValue;
        known[Picture.Name] = TakesBytes ? [1, ProbeHeight, ProbeWidth, channels] : [1, channels, ProbeHeight, ProbeWidth];
        ShapeRun.Run(Model, known);
        return known;
    }

    private void Walk()
    {
        spatial[Picture.Name] = new(shapes[Picture.Name], TakesBytes ? [1, 2] : [2, 3], [Ratio.One, Ratio.One], IsExact: true);
        foreach (NodeProto node in Model.Graph.Node)
        {
            if (!node.Input.Any(spatial.ContainsKey) || node.OpType is "Shape" or "Size") continue;
            TileRule rule = TileRules.Of(node, this);
            rules.Add(node, rule);
            foreach (string name in node.Output.Where(name => name.Length > 0))
            {
                long[] shape = ShapeOf(name);
                bool exact = rule.Scales[0].IsExactly(shape[rule.Axes[0]], ProbeHeight) && rule.Scales[1].IsExactly(shape[rule.Axes[1]], ProbeWidth);
                spatial[name] = new(shape, rule.Axes, rule.Scales, exact);
            }

            if (IsNorm(node) && Find(node.Input[0]) is not { IsPlanes: true, IsExact: true })
            {
                throw new NotSupportedException(
                    $"The network cannot be run in tiles: '{node.Name}' (InstanceNormalization) sees a picture with borders more or less than " +
                    "the input's. Export a network whose convolutions keep the size, or divide it by their stride.");
            }
        }
    }
}

/// <summary>A value of the graph with the picture's height and width.</summary>
/// <param name="Shape">Its shape at the probe's size.</param>
/// <param name="Axes">Which axes are height and width.</param>
/// <param name="Scales">The lengths of these axes as shares of the picture's.</param>
/// <param name="IsExact">Whether the lengths are just that share, and no border more or less.</param>
internal sealed record SpatialValue(long[] Shape, int[] Axes, Ratio[] Scales, bool IsExact)
{
    /// <summary>Whether it is laid out as ONNX's convolutions take it: [batch, channels, height, width].</summary>
    public bool IsPlanes => Shape.Length == 4 && Axes is [2, 3];

    public int Channels => (int)Shape[1];

    /// <summary>Numbers a pixel of the picture.</summary>
    public double Density => Channels * ((double)Scales[0].Up / Scales[0].Down) * ((double)Scales[1].Up / Scales[1].Down);
}

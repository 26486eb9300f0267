using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;

namespace MLNetGen;

/// <summary>What the columns of a chain are in an ONNX graph, transformer after transformer. What it does not know leaves its columns out.</summary>
internal sealed class FusedChain
{
    /// <summary>The graph's input: uint8 [N, H, W, 3], RGB.</summary>
    public const string Input = "image";

    private const int Rgb = 3;

    private readonly Dictionary<string, FusedColumn> columns = [];

    private FusedChain(FusedGraph graph) => Graph = graph;

    public FusedGraph Graph { get; }

    /// <summary>The column of pictures that the chain begins with.</summary>
    public string? PictureColumn { get; private set; }

    /// <summary>The column of files that the pictures are loaded from; null where they come as such.</summary>
    public string? PathColumn { get; private set; }

    /// <summary>Whether pictures are made by other steps than ML.NET's, whose roundings differ.</summary>
    public bool IsNear { get; private set; }

    /// <summary>What has been put into the graph, by column.</summary>
    public IReadOnlyDictionary<string, FusedColumn> Columns => columns;

    /// <exception cref="NotSupportedException">A part of it cannot be said in ONNX.</exception>
    public static FusedChain Of(ITransformer model)
    {
        FusedChain chain = new(new FusedGraph());
        chain.Graph.Input(Input, OnnxElementType.UInt8, null, null, null, Rgb);
        foreach (ITransformer part in Parts(model)) chain.Add(part);
        return chain;
    }

    /// <summary>A model's transformers, those of chains inside of it too, in order.</summary>
    public static IEnumerable<ITransformer> Parts(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];

    private void Add(ITransformer part)
    {
        switch (part)
        {
            case ImageLoadingTransformer:
                foreach ((string output, string input) in Pairs(part)) (PathColumn, PictureColumn, columns[output]) = (input, output, Loaded());
                break;
            case ImageResizingTransformer:
                foreach (object options in HiddenMembers.Items(part, "Columns")) Resize(options);
                break;
            case ImageGrayscalingTransformer:
                IsNear = true;
                foreach ((string output, string input) in Pairs(part)) columns[output] = new FusedColumn(FusedKind.Picture, Grey(Picture(input).Value), columns[input].Shape);
                break;
            case ImagePixelExtractingTransformer:
                foreach (object options in HiddenMembers.Items(part, "Columns")) Extract(options);
                break;
            case VectorToImageConvertingTransformer:
                foreach (object options in HiddenMembers.Items(part, "Columns")) Paint(options);
                break;
            case ColumnCopyingTransformer:
                foreach ((string output, string input) in Pairs(part).Where(pair => columns.ContainsKey(pair.Input))) columns[output] = columns[input];
                break;
            case OnnxTransformer network:
                Run(OnnxModelSource.Of(network));
                break;
            case BatchedOnnxTransformer network:
                Run(network.File);
                break;
        }
    }

    // levels, float32 [N, 3, H, W]
    private FusedColumn Loaded() => new(FusedKind.Picture, Graph.Cast(Graph.Node("Transpose", [Input], ("perm", (long[])[0, 3, 1, 2])), OnnxElementType.Float), [Rgb, 0, 0]);

    // The first picture that is read is the one that is given.
    private FusedColumn Picture(string name)
    {
        if (!columns.ContainsKey(name) && PictureColumn is null)
            (PictureColumn, columns[name]) = (name, Loaded());
        return columns.TryGetValue(name, out FusedColumn? column) && column.Kind == FusedKind.Picture ? column
            : throw new NotSupportedException($"the chain reads pictures from '{name}' too; one file takes one picture a row, '{PictureColumn}'.");
    }

    private void Resize(object options)
    {
        FusedColumn from = Picture(HiddenMembers.Of<string>(options, "InputColumnName"));
        int height = HiddenMembers.Of<int>(options, "ImageHeight"), width = HiddenMembers.Of<int>(options, "ImageWidth");
        ImageResizingEstimator.ResizingKind kind = HiddenMembers.Of<ImageResizingEstimator.ResizingKind>(options, "Resizing");
        IsNear |= kind != ImageResizingEstimator.ResizingKind.Fill;
        columns[HiddenMembers.Of<string>(options, "Name")] = new FusedColumn(
            FusedKind.Picture, FusedResize.Of(Graph, from.Value, height, width, kind, HiddenMembers.Of<ImageResizingEstimator.Anchor>(options, "Anchor")),
                [from.Shape[0], height, width]);
    }

    // As ML.NET's colour matrix has it (ImageGrayscale.cs).
    private string Grey(string pixels)
    {
        string weighted = Graph.Node("ReduceSum", [Graph.Node("Mul", [pixels, Graph.Along(1, 0.3f, 0.59f, 0.11f)]), Graph.Integers(1)], ("keepdims", 1L));
        string grey = Graph.Node("Floor", [Graph.Node("Add", [weighted, Graph.Float(0.5f)])]);
        return Graph.Node("Concat", [grey, grey, grey], ("axis", 1L));
    }

    private void Extract(object options)
    {
        FusedColumn from = Picture(HiddenMembers.Of<string>(options, "InputColumnName"));
        string letters = Letters(HiddenMembers.Of<ImagePixelExtractingEstimator.ColorsOrder>(options, "OrderOfExtraction"),
            HiddenMembers.Of<ImagePixelExtractingEstimator.ColorBits>(options, "ColorsToExtract"));
        float offset = HiddenMembers.Of<float>(options, "OffsetImage"), scale = HiddenMembers.Of<float>(options, "ScaleImage");
        bool isInterleaved = HiddenMembers.Of<bool>(options, "InterleavePixelColors"), isFloat = HiddenMembers.Of<bool>(options, "OutputAsFloatArray");
        if (letters.Contains('A'))
            throw new NotSupportedException("ExtractPixels takes the alpha channel, which the file's pictures have not: extract red, green and blue.");
        string value = letters == "RGB" ? from.Value
            : Graph.Node("Gather", [from.Value, Graph.Integers([.. letters.Select(letter => (long)"RGB".IndexOf(letter))])], ("axis", 1L));
        if (isFloat && (offset != 0 || scale != 1))
            value = Graph.Node("Mul", [offset == 0 ? value : Graph.Node("Sub", [value, Graph.Float(offset)]), Graph.Float(scale)]);
        if (isInterleaved)
            value = Graph.Node("Transpose", [value], ("perm", (long[])[0, 2, 3, 1]));
        long[] shape = isInterleaved ? [from.Shape[1], from.Shape[2], letters.Length] : [letters.Length, from.Shape[1], from.Shape[2]];
        OnnxElementType type = isFloat ? OnnxElementType.Float : OnnxElementType.UInt8;
        columns[HiddenMembers.Of<string>(options, "Name")] = new FusedColumn(FusedKind.Numbers, isFloat ? value : Graph.Cast(value, type), shape) { Type = (int)type };
    }

    private void Paint(object options)
    {
        string input = HiddenMembers.Of<string>(options, "InputColumnName");
        if (!columns.TryGetValue(input, out FusedColumn? from))
            return;
        string letters = Letters(HiddenMembers.Of<ImagePixelExtractingEstimator.ColorsOrder>(options, "Order"),
            HiddenMembers.Of<ImagePixelExtractingEstimator.ColorBits>(options, "Colors"));
        if (!"RGB".All(letters.Contains) || HiddenMembers.Of<float>(options, "OffsetImage") != 0 || HiddenMembers.Of<float>(options, "ScaleImage") != 1)
            throw new NotSupportedException("ConvertToImage scales, offsets, or has not all of red, green and blue: let the network give levels from 0 to 255 of the three.");
        int height = HiddenMembers.Of<int>(options, "ImageHeight"), width = HiddenMembers.Of<int>(options, "ImageWidth");
        bool isInterleaved = HiddenMembers.Of<bool>(options, "InterleavedColors");
        long[] shape = isInterleaved ? [height, width, letters.Length] : [letters.Length, height, width];
        string value = Graph.Node("Reshape", [from.Value, Graph.Integers([-1, .. shape])]);
        value = Graph.Node("Gather", [value, Graph.Integers([.. "RGB".Select(letter => (long)letters.IndexOf(letter))])], ("axis", isInterleaved ? 3L : 1L));
        if (!isInterleaved)
            value = Graph.Node("Transpose", [value], ("perm", (long[])[0, 2, 3, 1]));
        // ML.NET cuts fractions off.
        value = Graph.Cast(Graph.Node("Clip", [value, Graph.Float(0), Graph.Float(byte.MaxValue)]), OnnxElementType.UInt8);
        columns[HiddenMembers.Of<string>(options, "Name")] = new FusedColumn(FusedKind.Drawn, value, [height, width, Rgb]) { Type = (int)OnnxElementType.UInt8 };
    }

    private void Run(OnnxModelSource source)
    {
        byte[] bytes = DynamicBatch.Of(source.Read()) ?? throw new NotSupportedException("a network of the chain cannot be read.");
        ModelProto file = Protos.Parse(new MemoryStream(bytes), "a network of the chain");
        HashSet<string> stored = [.. file.Graph.Initializer.Select(tensor => tensor.Name)];
        Dictionary<string, string> inputs = [];
        foreach (ValueInfoProto input in file.Graph.Input.Where(input => !stored.Contains(input.Name)))
        {
            // What reads a column that is not here is not in the file either.
            if (!columns.TryGetValue(input.Name, out FusedColumn? column))
                return;
            long[] shape = [.. input.Type.TensorType.Shape.Dim.Skip(1).Select(length => length.DimValue)];
            inputs[input.Name] = shape.Contains(0) || shape.SequenceEqual(column.Shape) ? column.Value : Graph.Node("Reshape", [column.Value, Graph.Integers([-1, .. shape])]);
        }
        IReadOnlyDictionary<string, FusedNetworkOutput> outputs = Graph.Network(file, inputs);
        foreach (string name in source.Outputs is { Count: > 0 } named ? named : outputs.Keys)
        {
            if (outputs.TryGetValue(name, out FusedNetworkOutput? output) && output.Type != 0)
                columns[ColumnOf(name)] = new FusedColumn(FusedKind.Numbers, output.Value, [.. output.Shape.Skip(1)]) { Type = output.Type };
        }
    }

    // OnnxTransformer leaves an ending of ML.NET's own files out.
    private static string ColumnOf(string output) => output.EndsWith(".output", StringComparison.Ordinal) ? output.Replace(".output", "", StringComparison.Ordinal) : output;

    private static string Letters(ImagePixelExtractingEstimator.ColorsOrder order, ImagePixelExtractingEstimator.ColorBits colors) =>
        new([.. order.ToString().Where(letter => letter switch
    {
        'A' => colors.HasFlag(ImagePixelExtractingEstimator.ColorBits.Alpha),
        'R' => colors.HasFlag(ImagePixelExtractingEstimator.ColorBits.Red),
        'G' => colors.HasFlag(ImagePixelExtractingEstimator.ColorBits.Green),
        _ => colors.HasFlag(ImagePixelExtractingEstimator.ColorBits.Blue),
    })]);

    private static IEnumerable<(string Output, string Input)> Pairs(ITransformer part) => HiddenMembers.Of<IEnumerable<(string, string)>>(part, "Columns");
}

/// <summary>What a column holds.</summary>
internal enum FusedKind
{
    /// <summary>Levels of a picture on its way to a network, float32 [N, 3, H, W].</summary>
    Picture,

    /// <summary>Numbers.</summary>
    Numbers,

    /// <summary>A picture that was made, uint8 [N, H, W, 3].</summary>
    Drawn,
}

/// <summary>A column in the graph.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Value">Its name in the graph.</param>
/// <param name="Shape">Of a row; 0 where a length is free.</param>
internal sealed record FusedColumn(FusedKind Kind, string Value, long[] Shape)
{
    /// <summary>ONNX's number of its elements' type.</summary>
    public int Type { get; init; } = (int)OnnxElementType.Float;
}

using Microsoft.ML.Transforms.Image;
using MLNetGen.Onnx;

namespace MLNetGen;

/// <summary>
/// ML.NET's ResizeImages in ONNX. Fill takes the nearest pixel: exactly the same ones. IsoCrop and IsoPad draw with Skia, which halves a picture as often as it stays at least
/// as large as it is drawn (SkMipmap: means of two pixels, of an odd length ¼, ½, ¼ of three) and interpolates linearly between what is left, or enlarges it by cubic
/// interpolation: that is linear in the pixels, and one matrix for columns and one for rows says it, for whatever size comes. Skia rounds in between, so that results differ by
/// a level or two.
/// </summary>
internal static class FusedResize
{
    // Halvings at most: of 64 pixels remains one.
    private const int MostHalvings = 6;

    // Levels: the mean of four whole numbers, rounded down, is 3/8 too low.
    private const float LostByHalving = 0.375f;

    /// <param name="graph">The graph.</param>
    /// <param name="pixels">float32 [N, C, H, W], levels.</param>
    /// <param name="height">Of the result.</param>
    /// <param name="width">Of the result.</param>
    /// <param name="kind">As ML.NET has it.</param>
    /// <param name="anchor">Where a picture that is cropped or padded lies.</param>
    /// <returns>float32 [N, C, height, width], whole levels.</returns>
    /// <exception cref="NotSupportedException">The anchor is not the centre.</exception>
    public static string Of(FusedGraph graph, string pixels, int height, int width, ImageResizingEstimator.ResizingKind kind, ImageResizingEstimator.Anchor anchor)
    {
        string shape = graph.Node("Shape", [pixels]);
        string oldHeight = Length(2), oldWidth = Length(3);
        if (kind == ImageResizingEstimator.ResizingKind.Fill)
            return graph.Node("Gather", [graph.Node("Gather", [pixels, Nearest(graph, oldHeight, height, isExact: false)], ("axis", 2L)),
                Nearest(graph, oldWidth, width, isExact: true)], ("axis", 3L));
        if (anchor != ImageResizingEstimator.Anchor.Center)
            throw new NotSupportedException($"ResizeImages has the anchor {anchor}; one file does what the anchor {ImageResizingEstimator.Anchor.Center} does.");
        string highFloat = graph.Cast(oldHeight, OnnxElementType.Float), wideFloat = graph.Cast(oldWidth, OnnxElementType.Float);
        // In single precision, as ML.NET computes it.
        string aspect = graph.Node(kind == ImageResizingEstimator.ResizingKind.IsoCrop ? "Max" : "Min",
            [graph.Node("Div", [graph.Float(height), highFloat]), graph.Node("Div", [graph.Float(width), wideFloat])]);
        (string Length, string Start) rows = Drawn(highFloat, height), columns = Drawn(wideFloat, width);
        string scale = graph.Node("Sqrt", [graph.Node("Mul", [graph.Node("Div", [rows.Length, highFloat]), graph.Node("Div", [columns.Length, wideFloat])])]);
        string halvings = graph.Node("Floor", [graph.Node("Div", [graph.Node("Neg", [graph.Node("Log", [scale])]), graph.Float(MathF.Log(2))])]);
        string down = Matrix(graph, oldHeight, height, rows, halvings),
            across = graph.Node("Transpose", [Matrix(graph, oldWidth, width, columns, halvings)], ("perm", (long[])[1, 0]));
        string drawn = graph.Node("MatMul", [graph.Node("MatMul", [down, pixels]), across]);
        // Each halving rounds down, and enlarging goes beyond the levels.
        string lower = graph.Node("Mul", [graph.Node("Max", [halvings, graph.Float(0)]), graph.Float(LostByHalving)]);
        string rounded = graph.Node("Floor", [graph.Node("Add", [graph.Node("Sub", [drawn, lower]), graph.Float(0.5f)])]);
        return graph.Node("Clip", [rounded, graph.Float(0), graph.Float(byte.MaxValue)]);

        string Length(long axis) => graph.Node("Gather", [shape, graph.Integer(axis)], ("axis", 0L));

        (string, string) Drawn(string old, int target)
        {
            string exact = graph.Node("Mul", [old, aspect]);
            string start = graph.Node("Div", [graph.Node("Sub", [graph.Float(target), exact]), graph.Float(2)]);
            return (Truncated(exact), Truncated(start));
        }

        string Truncated(string value) => graph.Cast(graph.Cast(value, OnnxElementType.Int64), OnnxElementType.Float);
    }

    // Of the place (i + ½) · old / target, less 2⁻¹⁶, so that between two pixels it is the one before. Skia multiplies a row's number in single precision, and a column's
    // exactly; where 256 pixels become 224, it takes another row than exact numbers would for one of twenty.
    private static string Nearest(FusedGraph graph, string old, int target, bool isExact)
    {
        float[] places = [.. Enumerable.Range(0, target).Select(i => i + 0.5f)];
        // One by a quotient, as Skia inverts it: of 1 / x · y ONNX Runtime would make y / x, which is rounded once only.
        string scale = graph.Node("Div", [graph.Float(2), graph.Node("Mul", [graph.Float(2), graph.Node("Div", [graph.Float(target), graph.Cast(old, OnnxElementType.Float)])])]);
        string place = isExact
            ? graph.Node("Mul", [Double(graph.Floats(places)), Double(scale)]) : Double(graph.Node("Mul", [graph.Floats(places), scale]));
        return graph.Cast(graph.Node("Floor", [graph.Node("Sub", [place, Double(graph.Float(1f / (1 << 16)))])]), OnnxElementType.Int64);

        string Double(string value) => graph.Node("Cast", [value], ("to", 11L));
    }

    // [target, old]: what of the old pixels a new one is.
    private static string Matrix(FusedGraph graph, string old, int target, (string Length, string Start) drawn, string halvings)
    {
        string one = graph.Integer(1), two = graph.Integer(2);
        List<(string Size, string Half, string Step, string IsDone)> levels = [];
        string size = old;
        for (int halving = 1; halving <= MostHalvings; halving++)
        {
            string isDone = graph.Cast(graph.Node("Not", [graph.Node("Less", [halvings, graph.Float(halving)])]), OnnxElementType.Int64), step = graph.Node("Add", [isDone, one]);
            string half = graph.Node("Max", [graph.Node("Div", [size, step]), one]);
            levels.Add((size, half, step, isDone));
            size = half;
        }
        float[] places = [.. Enumerable.Range(0, target).Select(i => i + 0.5f)];
        string share = graph.Node("Div", [graph.Node("Sub", [graph.Node("Unsqueeze", [graph.Floats(places), graph.Integers(1)]), drawn.Start]), drawn.Length]);
        string isInside = graph.Cast(graph.Node("And", [graph.Node("Less", [share, graph.Float(1)]), graph.Node("Less", [graph.Float(0), share])]), OnnxElementType.Float);
        string between = graph.Node("Sub", [graph.Node("Mul", [share, graph.Cast(size, OnnxElementType.Float)]), graph.Float(0.5f)]);
        // Two pixels more at each end, which are those at the ends again.
        string row = graph.Node("Unsqueeze", [graph.Cast(graph.Node("Range", [graph.Integer(-2), graph.Node("Add", [size, two]), one]), OnnxElementType.Float),
            graph.Integers(0)]);
        string distance = graph.Node("Abs", [graph.Node("Sub", [row, between])]);
        string kernel = graph.Node("Where", [graph.Node("Less", [halvings, graph.Float(0)]), Cubic(graph, distance),
            graph.Node("Relu", [graph.Node("Sub", [graph.Float(1), distance])])]);
        string matrix = graph.Node("Mul", [graph.Node("Concat", [Ends(0, 3), Part(3, -3), Ends(-3, long.MaxValue)], ("axis", 1L)), isInside]);
        foreach ((string Size, string Half, string Step, string IsDone) level in Enumerable.Reverse(levels)) matrix = Doubled(level, matrix);
        return matrix;

        // From the columns of a picture that was halved to those of the one before.
        string Doubled((string Size, string Half, string Step, string IsDone) level, string halved)
        {
            string places = Range(level.Size), pair = graph.Node("Div", [places, level.Step]);
            string isThree = graph.Node("Mul", [graph.Node("Mod", [level.Size, two]), level.IsDone]);
            // Of three, the outer ones belong to two means.
            string isOuter = graph.Node("Mul", [isThree, graph.Node("Sub", [one, graph.Node("Mod", [places, two])])]);
            string hasOwn = graph.Cast(graph.Node("Less", [pair, level.Half]), OnnxElementType.Int64),
                hasBefore = graph.Cast(graph.Node("Less", [graph.Integer(0), pair]), OnnxElementType.Int64);
            string own = graph.Node("Div", [graph.Cast(hasOwn, OnnxElementType.Float),
                graph.Cast(graph.Node("Mul", [level.Step, graph.Node("Add", [isOuter, one])]), OnnxElementType.Float)]);
            string before = graph.Node("Div", [graph.Cast(graph.Node("Mul", [isOuter, hasBefore]), OnnxElementType.Float), graph.Float(4)]);
            string ownPlace = graph.Node("Min", [pair, graph.Node("Sub", [level.Half, one])]),
                placeBefore = graph.Node("Max", [graph.Node("Sub", [pair, one]), graph.Integer(0)]);
            return graph.Node("Add",
            [
                graph.Node("Mul", [graph.Node("Gather", [halved, ownPlace], ("axis", 1L)), own]),
                graph.Node("Mul", [graph.Node("Gather", [halved, placeBefore], ("axis", 1L)), before]),
            ]);
        }

        string Part(long from, long to) => graph.Node("Slice", [kernel, graph.Integers(from), graph.Integers(to), graph.Integers(1)]);

        string Ends(long from, long to) => graph.Node("ReduceSum", [Part(from, to), graph.Integers(1)], ("keepdims", 1L));

        string Range(string length) => graph.Node("Range", [graph.Integer(0), length, one]);
    }

    // Mitchell and Netravali 1988, B = C = ⅓: what Skia enlarges with.
    private static string Cubic(FusedGraph graph, string distance)
    {
        string near = Polynomial(7 / 6f, -2, 0, 16 / 18f), far = Polynomial(-7 / 18f, 2, -20 / 6f, 32 / 18f);
        string outer = graph.Node("Mul", [far, graph.Cast(graph.Node("Less", [distance, graph.Float(2)]), OnnxElementType.Float)]);
        return graph.Node("Where", [graph.Node("Less", [distance, graph.Float(1)]), near, outer]);

        string Polynomial(float cubic, float square, float linear, float constant)
        {
            string value = graph.Float(cubic);
            foreach (float next in (float[])[square, linear, constant]) value = graph.Node("Add", [graph.Node("Mul", [value, distance]), graph.Float(next)]);
            return value;
        }
    }
}

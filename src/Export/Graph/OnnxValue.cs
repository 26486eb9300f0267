using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>
/// A tensor of the graph under construction: an input, a weight, a constant or the result of a node.
/// Its methods and operators append nodes and return their results, so that a converter reads as a formula:
/// <c>(x * p.Log() + (1 - x) * (1 - p).Log()).ReduceSum([1])</c>.
/// </summary>
public sealed class OnnxValue
{
    private readonly OnnxGraph graph;

    internal OnnxValue(OnnxGraph graph, string name)
    {
        this.graph = graph;
        Name = name;
    }

    /// <summary>The value's name in the file. Outputs of the graph are renamed when the file is written.</summary>
    public string Name { get; internal set; }

    /// <summary>Element by element, with broadcasting.</summary>
    public static OnnxValue operator +(OnnxValue left, OnnxValue right) => left.Node("Add", right);

    /// <summary>Adds a number to every element.</summary>
    public static OnnxValue operator +(OnnxValue left, double right) => left + left.graph.Constant((float)right);

    /// <summary>Adds a number to every element.</summary>
    public static OnnxValue operator +(double left, OnnxValue right) => right + left;

    /// <summary>Element by element, with broadcasting.</summary>
    public static OnnxValue operator -(OnnxValue left, OnnxValue right) => left.Node("Sub", right);

    /// <summary>Subtracts a number from every element.</summary>
    public static OnnxValue operator -(OnnxValue left, double right) => left - left.graph.Constant((float)right);

    /// <summary>Subtracts every element from a number.</summary>
    public static OnnxValue operator -(double left, OnnxValue right) => right.graph.Constant((float)left) - right;

    /// <summary>Changes every sign.</summary>
    public static OnnxValue operator -(OnnxValue value) => value.Node("Neg");

    /// <summary>Element by element, with broadcasting.</summary>
    public static OnnxValue operator *(OnnxValue left, OnnxValue right) => left.Node("Mul", right);

    /// <summary>Multiplies every element by a number.</summary>
    public static OnnxValue operator *(OnnxValue left, double right) => left * left.graph.Constant((float)right);

    /// <summary>Multiplies every element by a number.</summary>
    public static OnnxValue operator *(double left, OnnxValue right) => right * left;

    /// <summary>Element by element, with broadcasting.</summary>
    public static OnnxValue operator /(OnnxValue left, OnnxValue right) => left.Node("Div", right);

    /// <summary>Divides every element by a number.</summary>
    public static OnnxValue operator /(OnnxValue left, double right) => left / left.graph.Constant((float)right);

    /// <summary>Divides a number by every element.</summary>
    public static OnnxValue operator /(double left, OnnxValue right) => right.graph.Constant((float)left) / right;

    /// <summary>Appends a node without attributes whose first input is this value: <c>x.Node("Erf")</c>.</summary>
    /// <param name="operation">The ONNX operator, for instance <c>Erf</c>.</param>
    /// <param name="others">Its other inputs.</param>
    public OnnxValue Node(string operation, params OnnxValue[] others) => graph.Node(operation, [this, .. others]);

    /// <summary>Appends a node with attributes whose only input is this value.</summary>
    /// <param name="operation">The ONNX operator, for instance <c>LeakyRelu</c>.</param>
    /// <param name="attribute">Name and value of an attribute.</param>
    /// <param name="more">Its other attributes.</param>
    public OnnxValue Node(
        string operation, (string Name, OnnxAttributeValue Value) attribute, params (string Name, OnnxAttributeValue Value)[] more) =>
        graph.Node(operation, [this], [attribute, .. more]);

    /// <summary>Natural logarithm of every element.</summary>
    public OnnxValue Log() => Node("Log");

    /// <summary>e to the power of every element.</summary>
    public OnnxValue Exp() => Node("Exp");

    /// <summary>Square root of every element.</summary>
    public OnnxValue Sqrt() => Node("Sqrt");

    /// <summary>Every element times itself.</summary>
    public OnnxValue Square() => this * this;

    /// <summary>Limits every element to [<paramref name="minimum"/>, <paramref name="maximum"/>]; either may be absent.</summary>
    public OnnxValue Clip(double? minimum = null, double? maximum = null) => graph.Node("Clip",
    [
        this,
        minimum is { } low ? graph.Constant((float)low) : null,
        maximum is { } high ? graph.Constant((float)high) : null,
    ]);

    /// <summary>Sum over the given axes.</summary>
    /// <param name="axes">The axes; negative ones count from the last.</param>
    /// <param name="keepDimensions">Whether summed axes stay with length 1.</param>
    public OnnxValue ReduceSum(long[] axes, bool keepDimensions = true) => Reduce("ReduceSum", 13, axes, keepDimensions);

    /// <summary>Mean over the given axes.</summary>
    /// <param name="axes">The axes; negative ones count from the last.</param>
    /// <param name="keepDimensions">Whether the axes stay with length 1.</param>
    public OnnxValue ReduceMean(long[] axes, bool keepDimensions = true) => Reduce("ReduceMean", 18, axes, keepDimensions);

    /// <summary>Greatest element over the given axes.</summary>
    /// <param name="axes">The axes; negative ones count from the last.</param>
    /// <param name="keepDimensions">Whether the axes stay with length 1.</param>
    public OnnxValue ReduceMax(long[] axes, bool keepDimensions = true) => Reduce("ReduceMax", 18, axes, keepDimensions);

    /// <summary>
    /// The same elements in another shape. 0 keeps the length of that axis (so <c>Reshape(0, 64, 7, 7)</c> keeps the
    /// batch), -1 takes what is left.
    /// </summary>
    public OnnxValue Reshape(params long[] shape) => Node("Reshape", graph.Constant(shape));

    /// <summary>Axes in another order: axis i of the result is axis <c>order[i]</c> of this.</summary>
    public OnnxValue Transpose(params long[] order) => Node("Transpose", ("perm", order));

    /// <summary>Elements <paramref name="start"/> to <paramref name="end"/> (exclusive) of one axis; negative positions count from its end.</summary>
    public OnnxValue Slice(long axis, long start, long end = long.MaxValue, long step = 1) => Node("Slice",
        graph.Constant([start]), graph.Constant([end]), graph.Constant([axis]), graph.Constant([step]));

    /// <summary>The same numbers as another element type.</summary>
    public OnnxValue Cast(OnnxElementType type) => Node("Cast", ("to", (long)type));

    /// <summary>The shape as a vector of 64-bit integers, known when the file is run.</summary>
    public OnnxValue Shape() => Node("Shape");

    // Axes moved from attribute to input: in opset 13 for ReduceSum, in opset 18 for the others.
    private OnnxValue Reduce(string operation, int axesAreInputSince, long[] axes, bool keepDimensions)
    {
        long keep = keepDimensions ? 1 : 0;
        return graph.Opset >= axesAreInputSince
            ? graph.Node(operation, [this, graph.Constant(axes)], ("keepdims", keep))
            : graph.Node(operation, [this], ("axes", axes), ("keepdims", keep));
    }
}

using System.Globalization;
using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>A tensor of the trace and what it is in the file.</summary>
/// <param name="X">In the file.</param>
/// <param name="Type">Its element type in libtorch's words: <c>Float</c>, <c>Long</c>, <c>Bool</c>…</param>
/// <param name="Shape">On the example.</param>
/// <param name="Varies">By axis, whether its length depends on the inputs'.</param>
internal sealed record TracedValue(OnnxValue X, string Type, long[] Shape, bool[] Varies)
{
    public int Rank => Shape.Length;

    /// <summary>Then it has a last axis more in the file: what is real and what is imaginary.</summary>
    public bool IsComplex => Type.StartsWith("Complex", StringComparison.Ordinal);

    public bool IsFloating => ElementTypes.Of(Type) == OnnxElementType.Float;

    /// <summary>Its element type in the file.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public OnnxElementType Element => ElementTypes.Of(Type) ?? throw new NotSupportedException(
        $"The module takes, gives or hands to a layer numbers of type {Type}, which ONNX files do not have; complex ones use view_as_real and view_as_complex there, or real and imag.");

    /// <summary>Whether an axis, counted from the last where it is negative, has another length from run to run.</summary>
    public bool IsDynamic(int axis) => Varies[axis < 0 ? axis + Rank : axis];

    /// <summary>What this is the transpose of, where a matrix was transposed: Gemm does that itself.</summary>
    public TracedValue? TransposeOf { get; init; }

    /// <summary>In every trace; empty where only the example is known.</summary>
    public long[][] Shapes { get; init; } = [];
}

/// <summary>One operation as its writer sees it: its arguments, what came out on the example, and the file that nodes are appended to.</summary>
internal sealed class OperationCall(OnnxGraph graph, TracedOperation operation, object?[] arguments, TracedValue? result)
{
    public OnnxGraph Graph => graph;

    /// <summary>The operation, whether it works in place or not.</summary>
    public string Name { get; } = AtenOperators.Plain(operation.Operator);

    public int Count => arguments.Length;

    /// <summary>The same operation with other arguments.</summary>
    public OperationCall With(object?[] others) => new(graph, operation, others, result);

    /// <summary>Writes it: the result is a value, several, or an argument itself.</summary>
    public object Write()
    {
        bool isComplex = result is { IsComplex: true } || arguments.Any(argument => argument is TracedValue { IsComplex: true } || (argument is object?[] list && list.Any(one => one is TracedValue { IsComplex: true })));
        if (isComplex) return (AtenOperators.FindComplex(Name) ?? throw Refuse("has no form for complex numbers: take real and imag, abs or view_as_real before it"))(this);
        if (result is { Type: "Double", Rank: > 0 } && !arguments.Any(argument => argument is TracedValue { Type: "Double" } || (argument is object?[] list && list.Any(one => one is TracedValue { Type: "Double" }))))
            throw Refuse("goes over to double precision, and the file's numbers are float32: leave that out, or take double inputs, which the file computes in float32 as it says");
        // ONNX Runtime computes in int32; what goes over the edge is cut off as in libtorch.
        if (result is { Type: "Byte" or "Char" or "Short" } small && ArithmeticOperators.OfWideNumbers.Contains(Name))
            return ((OnnxValue)new OperationCall(graph, operation, arguments, small with { Type = "Int" }).Write()).Cast(ElementOf(small.Type));
        return (AtenOperators.Find(operation.Name) ?? throw Refuse("the exporter has no ONNX form for: write it with other operations, or as a module that implements IOnnxConvertible"))(this);
    }

    /// <summary>Type and shape of the first result; its value is not there yet.</summary>
    public TracedValue Result => result ?? throw Refuse("has no tensor as its result");

    /// <summary>The first argument.</summary>
    public TracedValue Input => Tensor(0);

    public OnnxValue X => Input.X;

    public object? this[int i] => i >= arguments.Length ? null : arguments[i] is object?[] list ? list.Select(Resolved).ToArray() : arguments[i];

    /// <summary>Weights are stored, and numbers that nobody knows refused, when they are used.</summary>
    public static object? Resolved(object? value) => value is Lazy<TracedValue> later ? later.Value : value;

    public TracedValue Tensor(int i) => this[i] as TracedValue ?? throw Refuse($"has no tensor as argument {i}");

    public TracedValue? OptionalTensor(int i) => this[i] as TracedValue;

    public TracedValue[] Tensors(int i) => this[i] is object?[] list ? [.. list.OfType<TracedValue>()] : throw Refuse($"has no list as argument {i}");

    public bool Flag(int i) => this[i] is true or 1L;

    public double Number(int i) => this[i] is double number ? number : Whole(this[i]);

    public long Whole(int i) => Whole(this[i]);

    public long Whole(object? value) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        double number when number == Math.Floor(number) => (long)number,
        TracedLength length => throw Refuse($"takes a number that depends on the input (here {length.Example}) where ONNX wants a fixed one"),
        TracedReal => throw Refuse("takes a number that depends on the input's lengths where ONNX wants a fixed one"),
        _ => throw Refuse($"takes {value ?? "nothing"} where a number was expected"),
    };

    public long[] Wholes(int i) => this[i] switch
    {
        null => [],
        object?[] list => [.. list.Select(Whole)],
        var one => [Whole(one)],
    };

    /// <summary>Whole numbers, one an axis: a single one counts for all.</summary>
    public long[] Wholes(int i, int axes)
    {
        long[] numbers = Wholes(i);
        return numbers.Length == 1 ? [.. Enumerable.Repeat(numbers[0], axes)] : numbers;
    }

    /// <summary>An axis, counted from the first.</summary>
    public int Axis(int i, int rank) => Axis(Whole(i), rank);

    public static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    /// <summary>Axes of the input, counted from the first; all of them where none are named.</summary>
    public long[] Axes(int i)
    {
        long[] axes = Wholes(i);
        return axes.Length == 0 ? [.. Enumerable.Range(0, Input.Rank).Select(axis => (long)axis)] : [.. axes.Select(axis => (long)Axis(axis, Input.Rank))];
    }

    /// <summary>The lengths of a tensor, fixed or as they are when the file runs.</summary>
    public static object[] Lengths(TracedValue value) =>
        [.. value.Shape.Select((length, axis) => value.Varies[axis] ? new TracedLength(length, _ => value.X.Shape().Slice(0, axis, axis + 1)) { Of = (value.X, axis) } : (object)length)];

    /// <summary>A number or length as a vector of one int64.</summary>
    public OnnxValue Vector(object? length) => length is TracedLength traced ? traced.Write(graph) : graph.Constant([Whole(length)]);

    /// <summary>Numbers and lengths as one vector of int64.</summary>
    public OnnxValue Vector(object?[] lengths) => lengths.All(length => length is not TracedLength)
        ? graph.Constant([.. lengths.Select(Whole)])
        : lengths.Length == 1 ? Vector(lengths[0]) : Concat(0, [.. lengths.Select(Vector)]);

    /// <summary>A tensor in another shape; at most one length may be left open with −1.</summary>
    public OnnxValue Reshape(OnnxValue x, params object?[] lengths)
    {
        // 0 keeps the length of an axis that stays where it is.
        lengths = [.. lengths.Select((length, place) => length is TracedLength { Of: { } of } && of.X == x && of.Axis == place ? 0L : length)];
        if (lengths.Count(length => length is TracedLength) == 1 && !lengths.Contains(-1L)) lengths = [.. lengths.Select(length => length is TracedLength ? -1L : length)];
        return lengths.Any(length => length is TracedLength) ? x.Node("Reshape", Vector(lengths)) : x.Reshape([.. lengths.Select(Whole)]);
    }

    /// <summary>ONNX's spatial operators need a batch axis; libtorch's also take one sample without it.</summary>
    public OnnxValue Batched(int spatial, Func<OnnxValue, OnnxValue> write) =>
        Input.Rank == spatial + 2 ? write(X)
        : Input.Rank == spatial + 1 ? Squeeze(write(Unsqueeze(X, 0)), 0)
        : throw Refuse($"was called on [{string.Join(", ", Input.Shape)}]; its ONNX form takes {spatial + 2} axes (batch, channels, {spatial} more), or {spatial + 1} without the batch");

    /// <summary>One value where a condition holds, the other where not, in the result's type; ONNX Runtime chooses among some types only.</summary>
    public OnnxValue Choose(OnnxValue condition, OnnxValue one, OnnxValue other)
    {
        OnnxElementType? by = Result.Type switch { "Bool" => OnnxElementType.UInt8, "Short" or "Char" => OnnxElementType.Int32, _ => null };
        return by is { } type ? Node("Where", [condition, one.Cast(type), other.Cast(type)]).Cast(ElementOf(Result.Type)) : Node("Where", [condition, one, other]);
    }

    /// <summary>Refuses where ONNX has the operator only since a later set.</summary>
    public void RequireOpset(int first)
    {
        if (graph.Opset < first) throw Refuse($"needs operator set {first} or later, and Opset is {graph.Opset}");
    }

    public OnnxValue Concat(long axis, params OnnxValue[] values) => values.Length == 1 ? values[0] : graph.Node("Concat", values, ("axis", axis));

    public OnnxValue Node(string operation, OnnxValue?[] inputs, params (string Name, OnnxAttributeValue Value)[] attributes) => graph.Node(operation, inputs, attributes);

    public OnnxValue Unsqueeze(OnnxValue x, params long[] axes) => x.Node("Unsqueeze", graph.Constant(axes));

    public OnnxValue Squeeze(OnnxValue x, params long[] axes) => x.Node("Squeeze", graph.Constant(axes));

    /// <summary>An argument as a tensor of a type: tensors are cast, numbers become scalars.</summary>
    public OnnxValue As(int i, string type) => As(this[i], type);

    public OnnxValue As(object? argument, string type)
    {
        OnnxElementType wanted = ElementOf(type);
        (OnnxValue x, OnnxElementType own) = argument switch
        {
            TracedValue value => (value.X, ElementOf(value.Type)),
            TracedLength length => (Squeeze(length.Write(graph), 0), OnnxElementType.Int64),
            TracedReal real => (Squeeze(real.Write(graph), 0), OnnxElementType.Float),
            double number when wanted != OnnxElementType.Float && number != Math.Floor(number) => throw Refuse($"mixes the number {number.ToString(CultureInfo.InvariantCulture)} with whole numbers"),
            _ when wanted != OnnxElementType.Float => (Squeeze(graph.Constant([Whole(argument)]), 0), OnnxElementType.Int64),
            _ => (graph.Constant((float)(argument as double? ?? Whole(argument))), OnnxElementType.Float),
        };
        return own == wanted ? x : x.Cast(wanted);
    }

    /// <summary>The type in which two arguments are compared.</summary>
    public string Common(int i, int j)
    {
        if (this[i] is TracedValue { IsFloating: true } || this[j] is TracedValue { IsFloating: true } || this[i] is double or TracedReal || this[j] is double or TracedReal) return "Float";
        // The widest of the tensors'; plain numbers take a tensor's type.
        string[] widths = ["Bool", "Byte", "Char", "Short", "Int", "Long"];
        int widest = new[] { this[i], this[j] }.OfType<TracedValue>().Select(value => Array.IndexOf(widths, value.Type)).Append(0).Max();
        // ONNX Runtime compares no smaller ones.
        return widest == 0 ? "Long" : widths[Math.Max(widest, 4)];
    }

    public OnnxElementType ElementOf(string type) => ElementTypes.Of(type) ?? throw Refuse($"gives numbers of type {type}, which ONNX has no operations for");

    /// <summary>What writes another operation, on other arguments, in this one's place.</summary>
    public OnnxValue Write(string name, TracedValue whole, params object?[] others) =>
        (OnnxValue)AtenOperators.Find("aten::" + name)!(new OperationCall(graph, operation with { Name = "aten::" + name }, [whole, .. others], whole));

    public NotSupportedException Refuse(string why) =>
        new($"{(graph.Scope.Length == 0 ? "The module's forward" : $"'{graph.Scope}'")} uses {operation.Name}, which {why}.");
}

namespace MLNetGen.Export;

/// <summary>Tensors made of numbers and lengths.</summary>
internal static class CreationOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("zeros new_zeros", c => Filled(c, 0.0, c[c.Name == "zeros" ? 0 : 1])),
        ("ones new_ones", c => Filled(c, 1.0, c[c.Name == "ones" ? 0 : 1])),
        ("full", c => Filled(c, c[1], c[0])),
        ("new_full", c => Filled(c, c[2], c[1])),
        ("zeros_like zero", c => Like(c, 0.0)),
        ("ones_like", c => Like(c, 1.0)),
        ("full_like fill", c => Like(c, c[1])),
        ("arange", Range),
        ("linspace", c => Linear(c)),
        ("logspace", c => c.As(c[3] ?? 10.0, "Float").Node("Pow", Linear(c))),
        ("tril_indices", c => TriangleIndices(c, (row, column, offset) => column - row <= offset)),
        ("triu_indices", c => TriangleIndices(c, (row, column, offset) => column - row >= offset)),
        ("scalar_tensor", c => c.As(0, c.Result.Type)),
        ("triu tril", Triangle),
        // eye(n, …), eye(n, m, …): four arguments follow.
        ("eye", c => c.Node("EyeLike", [c.As(0.0, "Float").Node("Expand", c.Vector([c[0], c.Count > 5 ? c[1] : c[0]]))]) is var one && c.Result.IsFloating ? one : one.Cast(c.ElementOf(c.Result.Type))),
    ];

    private static OnnxValue Triangle(OperationCall c)
    {
        c.RequireOpset(14);
        return c.Node("Trilu", [c.X, c.As(1, "Long")], ("upper", c.Name == "triu" ? 1 : 0));
    }

    private static OnnxValue Filled(OperationCall c, object? value, object? lengths) =>
        c.As(Fitting(c, value), c.Result.Type).Node("Expand", c.Vector((object?[])lengths!));

    private static OnnxValue Like(OperationCall c, object? value) => c.As(Fitting(c, value), c.Result.Type).Node("Expand", c.Vector(OperationCall.Lengths(c.Input)));

    // 1.0 in a tensor of whole numbers.
    private static object? Fitting(OperationCall c, object? value) => value is double number && !c.Result.IsFloating ? (long)number : value;

    private static OnnxValue Linear(OperationCall c)
    {
        if (!c.Result.IsFloating) throw c.Refuse("gives whole numbers, rounded: use arange");
        OnnxValue first = c.As(c[0], "Float"), count = c.As(c[2], "Float"), one = c.As(1.0, "Float");
        return c.Node("Range", [c.As(0.0, "Float"), count, one]) * ((c.As(c[1], "Float") - first) / (count - 1).Node("Max", one)) + first;
    }

    private static OnnxValue TriangleIndices(OperationCall c, Func<long, long, long, bool> isIn)
    {
        long rows = c.Whole(0), columns = c.Whole(1), offset = c.Whole(2);
        long[] places = [.. Enumerable.Range(0, (int)(rows * columns)).Select(at => (long)at).Where(at => isIn(at / columns, at % columns, offset))];
        OnnxValue both = c.Graph.Constant([.. places.Select(at => at / columns), .. places.Select(at => at % columns)]).Reshape(2, places.Length);
        return c.Result.Type == "Long" ? both : both.Cast(c.ElementOf(c.Result.Type));
    }

    // arange(end, …), arange(start, end, …), arange(start, end, step, …): four arguments follow.
    private static OnnxValue Range(OperationCall c)
    {
        string type = c.Result.Type;
        object? start = c.Count > 5 ? c[0] : 0L, end = c.Count > 5 ? c[1] : c[0], step = c.Count > 6 ? c[2] : 1L;
        return c.Node("Range", [c.As(start, type), c.As(end, type), c.As(step, type)]);
    }
}

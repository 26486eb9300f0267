namespace MLNetGen.Export;

/// <summary>Operations whose result lies in their first argument's memory: what is written into one of the two, the other one shows.</summary>
internal static class ViewOperators
{
    private static readonly HashSet<string> Whole = Names("alias detach lift_fresh lift positive requires_grad requires_grad_ dropout feature_dropout alpha_dropout feature_alpha_dropout"),
        Copies = Names("contiguous reshape reshape_as flatten"),
        Converted = Names("to type_as _to_copy"),
        Reshaped = Names("view view_as _unsafe_view _reshape_alias unflatten unsqueeze squeeze reshape reshape_as flatten"),
        Reordered = Names("t numpy_T mT adjoint transpose swapaxes swapdims permute movedim moveaxis"),
        Parts = Names("select slice narrow chunk split split_with_sizes tensor_split unsafe_split unsafe_chunk unbind"),
        Others = Names("expand expand_as broadcast_to unfold diagonal view_as_real view_as_complex real imag");

    // The only ones of those written here that TorchSharp gives a tensor to write into, as the last argument; zero_ is one of them.
    private static readonly HashSet<string> WithTarget = Names("zeros ones full eye arange amax amin");

    /// <summary>Whether an operation writes into its first argument.</summary>
    public static bool IsInPlace(string name) =>
        name is "__iand__" or "__ior__" or "__ixor__" || (name.EndsWith('_') && !name.EndsWith("__", StringComparison.Ordinal) && name is not "requires_grad_");

    /// <summary>Whether an operation changes a tensor's shape or order itself, and no element of its memory.</summary>
    public static bool IsReshapedInPlace(string name) => IsInPlace(name) && (Reshaped.Contains(name[..^1]) || Reordered.Contains(name[..^1]) || name is "resize_" or "set_" or "as_strided_");

    /// <summary>Which argument an operation writes its result into; −1 for none.</summary>
    public static int Target(TracedOperation operation, Func<string, bool> isTensor)
    {
        int last = operation.Inputs.Length - 1;
        return IsInPlace(operation.Operator) ? 0 : WithTarget.Contains(operation.Operator) && last > 0 && isTensor(operation.Inputs[last]) ? last : -1;
    }

    /// <summary>Whether an operation makes a copy only where the elements do not lie in order, as they may for some lengths of the axes and not for others.</summary>
    public static bool MayCopy(string name) => Copies.Contains(name);

    /// <summary>Whether the result of an operation lies in its first argument's memory, which <paramref name="source"/> made.</summary>
    public static bool IsView(string name, (TracedOperation Operation, int Output) source, TracedOperation result)
    {
        // A copy is made only where the elements do not lie in order; then the copy's do.
        if (Copies.Contains(name)) return source.Operation.IsContiguous(source.Output) || !result.IsContiguous(0);
        if (Converted.Contains(name)) return source.Operation.ElementType(source.Output) == result.ElementType(0);
        return Whole.Contains(name) || Reshaped.Contains(name) || Reordered.Contains(name) || Parts.Contains(name) || Others.Contains(name);
    }

    /// <summary>The first argument of an operation, as it is now, with another tensor in the place of the view that the operation has made of it.</summary>
    public static OnnxValue Put(OperationCall view, TracedValue part, int output)
    {
        TracedValue whole = view.Input;
        if (Whole.Contains(view.Name) || Converted.Contains(view.Name) || view.Name == "contiguous") return part.X;
        if (Reshaped.Contains(view.Name)) return view.Reshape(part.X, OperationCall.Lengths(whole));
        if (Reordered.Contains(view.Name)) return part.X.Transpose(ShapeOperators.Inverse(ShapeOperators.Order(view)));
        switch (view.Name)
        {
            case "select": return view.Write("select_scatter", whole, part, view[1], view[2]);
            case "slice": return view.Write("slice_scatter", whole, part, view[1], view[2], view[3], view[4]);
            case "narrow":
                object end = view[2] is long first && view[3] is long length ? first + length : new TracedLength(0, _ => view.Vector(view[2]) + view.Vector(view[3]));
                return view.Write("slice_scatter", whole, part, view[1], view[2], end, 1L);
            case "unbind": return view.Write("select_scatter", whole, part, view[1] ?? 0L, (long)output);
            case var _ when Parts.Contains(view.Name):
                int axis = view.Axis(2, whole.Rank);
                OnnxValue[] ends = IndexOperators.Ends(view);
                return view.Write("slice_scatter", whole, part, (long)axis, output == 0 ? 0L : new TracedLength(0, _ => ends[output - 1]), new TracedLength(0, _ => ends[output]), 1L);
            default: throw view.Refuse("gives a view that forward then writes into: write into a copy (clone) instead");
        }
    }

    private static HashSet<string> Names(string names) => [.. names.Split(' ')];
}

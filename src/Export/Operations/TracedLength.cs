namespace MLNetGen.Export;

/// <summary>A whole number of a trace that is another one for inputs of other lengths: a formula of lengths, computed when the file runs.</summary>
/// <param name="Example">Its value on the example.</param>
/// <param name="Write">Appends the nodes that compute it: a vector of one int64.</param>
internal sealed record TracedLength(long Example, Func<OnnxGraph, OnnxValue> Write)
{
    /// <summary>The axis of a tensor that it is the length of, where that is known.</summary>
    public (OnnxValue X, int Axis)? Of { get; init; }
}

/// <summary>A length of one axis of a tensor: its value in every trace, and how it is computed when the file runs.</summary>
internal sealed record KnownLength(long[] Values, Func<OnnxGraph, OnnxValue> Write);

/// <summary>
/// Finds out what a number of a trace is. C#'s <c>x.shape[2]</c> is a plain number to libtorch; the same module, traced on inputs of other lengths in no simple
/// proportion, tells which length it comes from.
/// </summary>
internal static class LengthFinder
{
    // Lengths of so many axes before it.
    private const int Recent = 64;

    /// <param name="values">The number in every trace.</param>
    /// <param name="inputs">Lengths of the inputs' axes.</param>
    /// <param name="others">Lengths of tensors that were there before, the latest first.</param>
    /// <returns>The number itself where it is always the same; null where it is no formula of these lengths.</returns>
    public static object? Find(long[] values, IReadOnlyList<KnownLength> inputs, IEnumerable<KnownLength> others)
    {
        if (values.Distinct().Count() == 1) return values[0];
        KnownLength[] varying = [.. inputs.Where(length => length.Values.Distinct().Count() > 1)], recent = [.. varying, .. others.Take(Recent)];
        if (recent.FirstOrDefault(length => length.Values.SequenceEqual(values)) is { } same) return new TracedLength(values[0], same.Write);
        foreach (KnownLength length in recent)
        {
            if (Multiple(values, length.Values) is { } times) return Times(values[0], times, length.Write);
        }

        foreach (KnownLength length in recent)
        {
            if (!values.Zip(length.Values).All(pair => pair.First - pair.Second == values[0] - length.Values[0])) continue;
            long more = values[0] - length.Values[0];
            return new TracedLength(values[0], graph => length.Write(graph) + graph.Constant([more]));
        }

        foreach (KnownLength one in recent)
        {
            foreach (KnownLength other in recent)
            {
                long[] product = [.. one.Values.Zip(other.Values, (a, b) => a * b)];
                if (Multiple(values, product) is { } times) return Times(values[0], times, graph => one.Write(graph) * other.Write(graph));
            }
        }

        return null;
    }

    // A whole multiple: of a part nobody knows how it was rounded.
    private static long? Multiple(long[] values, long[] of) =>
        of[0] > 0 && values[0] % of[0] == 0 && values.Zip(of).All(pair => pair.First == pair.Second * (values[0] / of[0])) ? values[0] / of[0] : null;

    private static TracedLength Times(long value, long times, Func<OnnxGraph, OnnxValue> write) =>
        new(value, graph => times == 1 ? write(graph) : write(graph) * graph.Constant([times]));
}

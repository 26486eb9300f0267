using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>A whole number of a trace that is another one for inputs of other lengths: a formula of lengths, computed when the file runs.</summary>
/// <param name="Example">Its value on the example.</param>
/// <param name="Write">Appends the nodes that compute it: a vector of one int64.</param>
internal sealed record TracedLength(long Example, Func<OnnxGraph, OnnxValue> Write)
{
    /// <summary>The axis of a tensor that it is the length of, where that is known.</summary>
    public (OnnxValue X, int Axis)? Of { get; init; }
}

/// <summary>A real number of a trace that follows from lengths, as <c>1.0 / x.shape[1]</c>.</summary>
/// <param name="Write">Appends the nodes that compute it: a vector of one float32.</param>
internal sealed record TracedReal(Func<OnnxGraph, OnnxValue> Write);

/// <summary>A length of one axis of a tensor: its value in every trace, and how it is computed when the file runs.</summary>
internal sealed record KnownLength(long[] Values, Func<OnnxGraph, OnnxValue> Write)
{
    /// <summary>The input and the axis that it is the length of; null for a tensor that is no input.</summary>
    public (int Input, int Axis)? Place { get; init; }

    public bool Varies => Values.Distinct().Count() > 1;
}

/// <summary>
/// Finds out what a number of a trace is. C#'s <c>x.shape[2]</c> is a plain number to libtorch; the same module, traced on inputs of other lengths in no simple
/// proportion, tells which length it comes from, and how.
/// </summary>
internal sealed class LengthFinder(IReadOnlyList<KnownLength> inputs, IEnumerable<KnownLength> others)
{
    // Lengths of so many axes before it.
    private const int Recent = 64;

    // Short examples are asked up to such a length: 6, 12 and 18 have many formulas in common.
    private const int Far = 64;

    // Of a product of two lengths.
    private const int MostParts = 64;

    // A formula in float32, as C#'s float or the file computes it, is that near to the number.
    private const double Tolerance = 3e-7;

    private static readonly (Func<double, double> Of, Func<OnnxValue, OnnxValue> Write)[] Functions =
    [
        (x => x, x => x),
        (x => 1 / x, x => x.Node("Reciprocal")),
        (Math.Sqrt, x => x.Sqrt()),
        (x => 1 / Math.Sqrt(x), x => x.Sqrt().Node("Reciprocal")),
        (Math.Log, x => x.Log()),
        (x => x * x, x => x.Square()),
        (x => 1 / (x * x), x => x.Square().Node("Reciprocal")),
    ];

    private readonly KnownLength[] recent = [.. inputs.Where(length => length.Varies), .. others.Take(Recent)];

    /// <param name="values">The number in every trace.</param>
    /// <returns>The number itself where it is always the same, a <see cref="TracedLength"/>, or null where it is no formula of these lengths, or one of several that differ elsewhere.</returns>
    public object? Find(long[] values) => values.Distinct().Count() == 1 ? values[0]
        : (Simple(values) ?? Rounded(values)) is { } write ? new TracedLength(values[0], write) : null;

    /// <summary>As <see cref="Find(long[])"/>, of a real number: a <c>double</c>, a <see cref="TracedReal"/> or null.</summary>
    public object? Find(double[] values)
    {
        if (values.Distinct().Count() == 1) return values[0];
        if (Whole(values) is { } numbers && Find(numbers) is TracedLength whole) return new TracedReal(graph => whole.Write(graph).Cast(OnnxElementType.Float));
        if (Whole([.. values.Select(value => 1 / value)]) is { } divisors && Find(divisors) is TracedLength divisor)
            return new TracedReal(graph => divisor.Write(graph).Cast(OnnxElementType.Float).Node("Reciprocal"));
        if (!values.All(double.IsFinite)) return null;
        foreach (bool isShifted in (bool[])[false, true])
        {
            // Two unknown numbers explain three values by chance where formulas are many.
            foreach (KnownLength length in isShifted ? recent.Where(length => length.Values.Distinct().Count() > 3) : Bases())
            {
                double[] lengths = [.. length.Values.Select(value => (double)value)];
                if (lengths.Any(value => value <= 0)) continue;
                foreach ((Func<double, double> of, Func<OnnxValue, OnnxValue> write) in Functions)
                {
                    if (Line(values, [.. lengths.Select(of)], isShifted) is (double times, double more))
                        return new TracedReal(graph => Scaled(write(length.Write(graph).Cast(OnnxElementType.Float)), times, more));
                }
            }
        }

        // One length as a part of another one.
        foreach (KnownLength one in recent)
        {
            foreach (KnownLength other in recent)
            {
                if (other.Values.Contains(0) || Line(values, [.. one.Values.Zip(other.Values, (a, b) => (double)a / b)], isShifted: false) is not (double times, _)) continue;
                return new TracedReal(graph => Scaled(one.Write(graph).Cast(OnnxElementType.Float) / other.Write(graph).Cast(OnnxElementType.Float), times, 0));
            }
        }

        return null;
    }

    /// <summary>
    /// Lengths of inputs to trace besides, for a number that is rounded or not known yet: on both sides of two steps of what it may be, or near the example's; and of 1, where
    /// <c>Math.Max(1, …)</c> shows.
    /// </summary>
    public IEnumerable<((int Input, int Axis) Place, long Length)> Questions(double[] values)
    {
        long[]? whole = Whole(values) ?? Whole([.. values.Select(value => 1 / value)]);
        if (whole is not null ? whole.Distinct().Count() == 1 || Simple(whole) is not null : Find(values) is not null) yield break;
        foreach (KnownLength length in inputs.Where(length => length.Varies && length.Place is not null))
        {
            Rounding? first = whole is null ? null : Roundings(whole, length.Values).Select(each => each.Rounding).FirstOrDefault();
            long example = length.Values[0];
            long Step(long from) => from + first.Divisor - Math.Max(0, from + first.Added) % first.Divisor;
            foreach (long asked in first is null ? [example - 1, example + 1, example + 3]
                : (long[])[Step(example) - 1, Step(example), Step(example) + first.Divisor - 1, Step(example) + first.Divisor, Step(Math.Max(2 * example, Far)) - 1, Step(Math.Max(2 * example, Far)), 1])
            {
                if (asked > 0) yield return (length.Place!.Value, asked);
            }
        }
    }

    // Numbers as whole ones, where they all are; reciprocals are so but for their last digits.
    private static long[]? Whole(double[] values) =>
        values.All(value => Math.Abs(value) < 1 << 24 && Math.Abs(value - Math.Round(value)) <= Tolerance * Math.Abs(value)) ? [.. values.Select(value => (long)Math.Round(value))] : null;

    // Exact formulas: a length, a multiple, a sum, a product.
    private Func<OnnxGraph, OnnxValue>? Simple(long[] values)
    {
        if (recent.FirstOrDefault(length => length.Values.SequenceEqual(values)) is { } same) return same.Write;
        foreach (KnownLength length in recent)
        {
            if (Multiple(values, length.Values) is { } times) return Times(times, length.Write);
        }

        foreach (KnownLength length in recent)
        {
            int far = Enumerable.Range(0, values.Length).MaxBy(i => Math.Abs(length.Values[i] - length.Values[0]));
            long slope = (values[far] - values[0]) / (length.Values[far] - length.Values[0]), more = values[0] - slope * length.Values[0];
            if (slope == 0 || !values.Zip(length.Values).All(pair => pair.First == slope * pair.Second + more)) continue;
            return graph => Times(slope, length.Write)(graph) + graph.Constant([more]);
        }

        foreach (KnownLength one in recent)
        {
            foreach (KnownLength other in recent)
            {
                if (Multiple(values, [.. one.Values.Zip(other.Values, (a, b) => a * b)]) is { } times) return Times(times, graph => one.Write(graph) * other.Write(graph));
                if (values.SequenceEqual(one.Values.Zip(other.Values, (a, b) => a + b))) return graph => one.Write(graph) + other.Write(graph);
                if (values.SequenceEqual(one.Values.Zip(other.Values, (a, b) => a - b))) return graph => one.Write(graph) - other.Write(graph);
            }
        }

        return null;
    }

    // A part of one length, or of two; only where no other formula of the kind gives the same in every trace, or nothing was ever rounded.
    private Func<OnnxGraph, OnnxValue>? Rounded(long[] values)
    {
        foreach (KnownLength length in recent)
        {
            (Rounding Rounding, bool IsOnly)[] fits = [.. Roundings(values, length.Values)];
            if (fits.FirstOrDefault(fit => fit.Rounding.IsExact(length.Values)).Rounding is { } exact) return exact.Write(length.Write);
            if (fits is [(var only, true)] && only.StepsSeen(length.Values) > 1) return only.Write(length.Write);
        }

        foreach (KnownLength one in recent)
        {
            foreach (KnownLength other in recent)
            {
                long[] product = [.. one.Values.Zip(other.Values, (a, b) => a * b)];
                long divisor = values[0] == 0 ? 0 : product[0] / values[0];
                if (divisor > 1 && values.Zip(product).All(pair => pair.First * divisor == pair.Second)) return new Rounding(1, divisor, 0, 0).Write(graph => one.Write(graph) * other.Write(graph));
                if (Roundings(values, product, MostParts).Where(fit => fit.Rounding is { Times: 1, Own: 0 }).ToArray() is [(var ofProduct, true)]) return ofProduct.Write(graph => one.Write(graph) * other.Write(graph));
                Rounding[] both = [.. Enumerable.Range(2, MostParts).SelectMany(q => (Rounding[])[new(1, q, 0, 0), new(1, q, q - 1, 0)])
                    .Where(rounding => values.Zip(one.Values.Zip(other.Values)).All(pair => pair.First == rounding.At(pair.Second.First) * rounding.At(pair.Second.Second)))];
                if (both is [var part]) return graph => part.Write(one.Write)(graph) * part.Write(other.Write)(graph);
            }
        }

        return null;
    }

    // What fits in every trace, the likeliest first; and whether no other added number would fit as well.
    private static IEnumerable<(Rounding Rounding, bool IsOnly)> Roundings(long[] values, long[] lengths, long mostParts = long.MaxValue)
    {
        List<(Rounding Rounding, bool IsOnly)> fits = [];
        for (long q = 2; q <= Math.Min(mostParts, lengths.Max()); q++)
        {
            foreach ((long times, long own) in (ReadOnlySpan<(long, long)>)[(1, 0), (q, 0), (-q, 1), (q, -1), (2, 0), (-2, 1)])
            {
                // (L + c) / q is known in every trace, cut off towards zero as C# and ONNX do: c lies between.
                long least = long.MinValue, most = long.MaxValue;
                for (int i = 0; i < values.Length && least <= most; i++)
                {
                    (long quotient, long rest) = Math.DivRem(values[i] - own * lengths[i], times);
                    long from = quotient * q - lengths[i];
                    (least, most) = rest != 0 ? (1, 0) : (Math.Max(least, quotient > 0 ? from : from - q + 1), Math.Min(most, quotient < 0 ? from : from + q - 1));
                }

                if (least > most) continue;
                long added = ((long[])[0, q - 1, q / 2]).FirstOrDefault(c => c >= least && c <= most, least);
                fits.Add((new(times, q, added, own), least == most));
            }
        }

        return fits.OrderBy(fit => fit.Rounding.IsExact(lengths) ? 0 : fit.Rounding.Added == 0 ? 1 : fit.Rounding.Added == fit.Rounding.Divisor - 1 ? 2 : 3);
    }

    // Lengths, those a little more or less, and products of two.
    private IEnumerable<KnownLength> Bases()
    {
        foreach (KnownLength length in recent) yield return length;
        foreach (long more in (long[])[-1, 1, -2, 2])
        {
            foreach (KnownLength length in recent) yield return new([.. length.Values.Select(value => value + more)], graph => length.Write(graph) + graph.Constant([more]));
        }

        for (int i = 0; i < recent.Length; i++)
        {
            for (int k = i; k < recent.Length; k++)
            {
                (KnownLength one, KnownLength other) = (recent[i], recent[k]);
                yield return new([.. one.Values.Zip(other.Values, (a, b) => a * b)], graph => one.Write(graph) * other.Write(graph));
            }
        }
    }

    // What y = a·x + b has as a and b; b is 0 where nothing is added.
    private static (double Times, double More)? Line(double[] y, double[] x, bool isShifted)
    {
        int far = Array.IndexOf(x, x.MaxBy(value => Math.Abs(value - x[0])));
        double times = isShifted ? (y[far] - y[0]) / (x[far] - x[0]) : y[0] / x[0], more = isShifted ? y[0] - times * x[0] : 0;
        double scale = y.Max(Math.Abs);
        return double.IsFinite(times) && times != 0 && y.Zip(x).All(pair => Math.Abs(times * pair.Second + more - pair.First) <= Tolerance * scale) ? (times, more) : null;
    }

    private static OnnxValue Scaled(OnnxValue x, double times, double more)
    {
        if (times != 1) x *= times;
        return more == 0 ? x : x + more;
    }

    private static long? Multiple(long[] values, long[] of) =>
        of[0] > 0 && values[0] % of[0] == 0 && values.Zip(of).All(pair => pair.First == pair.Second * (values[0] / of[0])) ? values[0] / of[0] : null;

    private static Func<OnnxGraph, OnnxValue> Times(long times, Func<OnnxGraph, OnnxValue> write) => graph => times == 1 ? write(graph) : write(graph) * graph.Constant([times]);

    // Times · ⌊(L + Added) / Divisor⌋ + Own · L: a part, what is left of a whole number of parts, or what is missing to one.
    private sealed record Rounding(long Times, long Divisor, long Added, long Own)
    {
        public long At(long length) => Times * ((length + Added) / Divisor) + Own * length;

        /// <summary>How many steps of the staircase were traced on both sides.</summary>
        public int StepsSeen(long[] lengths) => lengths.Distinct().Count(length => (length + Added) % Divisor == 0 && lengths.Contains(length - 1));

        public bool IsExact(long[] lengths) => Added == 0 && Times == 1 && lengths.All(length => length % Divisor == 0);

        public Func<OnnxGraph, OnnxValue> Write(Func<OnnxGraph, OnnxValue> length) => graph =>
        {
            OnnxValue whole = length(graph), part = (Added == 0 ? whole : whole + graph.Constant([Added])) / graph.Constant([Divisor]);
            if (Times != 1) part *= graph.Constant([Times]);
            return Own switch { 0 => part, > 0 => part + whole, _ => part - whole };
        };
    }
}

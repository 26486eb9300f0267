namespace MLNetGen.Export;

/// <summary>
/// Holds a module's trace on the example against one on other values and sizes. A graph is fixed: both must be the same
/// calls, wired alike. Axes whose lengths differ are the ones that vary.
/// </summary>
internal static class TraceComparison
{
    /// <exception cref="InvalidOperationException">The module took another path, or wired its layers otherwise.</exception>
    public static void Apply(ModuleTrace example, ModuleTrace probe)
    {
        var partners = new Dictionary<TracedTensor, TracedTensor>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < example.Inputs.Count; i++) Pair(partners, example.Inputs[i], probe.Inputs[i]);

        for (int i = 0; i < Math.Max(example.Calls.Count, probe.Calls.Count); i++)
        {
            TracedCall? one = At(example, i), other = At(probe, i);
            if (one is null || other is null || one.Module != other.Module || one.Outputs.Length != other.Outputs.Length
                || !SameInputs(partners, one.Inputs, other.Inputs))
            {
                throw AnotherPath($"step {i + 1} was {Describe(one)} on the example, and {Describe(other)} on another input");
            }

            for (int j = 0; j < one.Outputs.Length; j++) Pair(partners, one.Outputs[j], other.Outputs[j]);
        }

        if (!SameInputs(partners, example.Outputs, probe.Outputs))
            throw AnotherPath("it returned the result of another layer");
    }

    private static void Pair(Dictionary<TracedTensor, TracedTensor> partners, TracedTensor one, TracedTensor other)
    {
        if (!partners.TryAdd(one, other)) return;
        if (one.Shape.Length != other.Shape.Length)
            throw AnotherPath($"{one.Description} had {one.Shape.Length} axes on the example, and {other.Shape.Length} on another input");
        one.ProbeShape = other.Shape;
    }

    private static bool SameInputs(
        Dictionary<TracedTensor, TracedTensor> partners, IReadOnlyList<TracedTensor?> ones, IReadOnlyList<TracedTensor?> others)
    {
        if (ones.Count != others.Count) return false;
        for (int i = 0; i < ones.Count; i++)
        {
            if (ones[i] is not { } one || others[i] is not { } other)
            {
                if (ones[i] is not null || others[i] is not null) return false;
            }
            else if (one.Weight is not null ? !ReferenceEquals(one.Weight, other.Weight) : !partners.TryGetValue(one, out TracedTensor? partner) || partner != other)
            {
                return false;
            }
        }

        return true;
    }

    private static TracedCall? At(ModuleTrace trace, int index) => index < trace.Calls.Count ? trace.Calls[index] : null;

    private static string Describe(TracedCall? call) => call is null
        ? "none any more"
        : $"'{call.Path}' on {string.Join(" and ", call.Inputs.Select(input => input?.Description ?? "nothing"))}";

    private static InvalidOperationException AnotherPath(string what) => new(
        $"The module does not do the same for every input: {what}. An ONNX graph is fixed. Take what depends on the input's " +
        "values or sizes (if, for, item()) out of forward, or write it as a module that implements IOnnxConvertible.");
}

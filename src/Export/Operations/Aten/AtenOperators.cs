namespace MLNetGen.Export;

/// <summary>How libtorch's operations are written in ONNX, by name. Arguments stand where PyTorch's <c>native_functions.yaml</c> has them.</summary>
internal static class AtenOperators
{
    private const string Prefix = "aten::";

    private static readonly Dictionary<string, Func<OperationCall, object>> ByName = Collect();

    /// <summary>The operations that have a form in ONNX, in alphabetical order.</summary>
    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <summary>What writes an operation: it gives its result (a value, several, or an argument itself); null where there is nothing.</summary>
    public static Func<OperationCall, object>? Find(string name) => !name.StartsWith(Prefix, StringComparison.Ordinal) ? null
        // In place or not is the same to a graph.
        : ByName.GetValueOrDefault(name[Prefix.Length..]) ?? ByName.GetValueOrDefault(name[Prefix.Length..].TrimEnd('_'));

    private static Dictionary<string, Func<OperationCall, object>> Collect()
    {
        var all = new Dictionary<string, Func<OperationCall, object>>();
        foreach ((string names, Func<OperationCall, object> write) in (IEnumerable<(string, Func<OperationCall, object>)>)
            [.. ArithmeticOperators.All, .. ActivationOperators.All, .. MatrixOperators.All, .. ConvolutionOperators.All, .. NormalizationOperators.All,
             .. ShapeOperators.All, .. IndexOperators.All, .. ReductionOperators.All, .. CreationOperators.All, .. SequenceOperators.All])
        {
            foreach (string name in names.Split(' ')) all.Add(name, write);
        }

        return all;
    }
}

namespace MLNetGen.Export;

/// <summary>How libtorch's operations are written in ONNX, by name. Arguments stand where PyTorch's <c>native_functions.yaml</c> has them.</summary>
internal static class AtenOperators
{
    private const string Prefix = "aten::";

    // Known to have none, and why.
    private static readonly (string Names, string Why)[] Refused =
    [
        ("bernoulli normal rand_like randn_like rand randn randint native_dropout multinomial poisson exponential", "draws random numbers: the file would have the example's. Make them an input of the module"),
        ("empty empty_like new_empty", "has no values: use zeros"),
        ("linspace", "is not written yet: use arange, and scale it"),
        ("masked_select nonzero unique unique2 _unique2 argwhere", "gives as many elements as the input's values say: a graph's shapes are fixed"),
        ("addbmm", "adds up a batch of products: use bmm and sum"),
        ("meshgrid", "gives a list of grids: use arange, view and expand"),
    ];

    private static readonly Dictionary<string, Func<OperationCall, object>> ByName = Collect();

    /// <summary>The operations that have a form in ONNX, in alphabetical order.</summary>
    public static IEnumerable<string> Names => ByName.Keys.Except(Refused.SelectMany(refused => refused.Names.Split(' '))).Order(StringComparer.Ordinal);

    /// <summary>What writes an operation: it gives its result (a value, several, or an argument itself); null where there is nothing.</summary>
    public static Func<OperationCall, object>? Find(string name) => !name.StartsWith(Prefix, StringComparison.Ordinal) ? null
        // In place or not is the same to a graph.
        : ByName.GetValueOrDefault(name[Prefix.Length..]) ?? ByName.GetValueOrDefault(name[Prefix.Length..].TrimEnd('_'));

    private static Dictionary<string, Func<OperationCall, object>> Collect()
    {
        var all = new Dictionary<string, Func<OperationCall, object>>();
        foreach ((string names, Func<OperationCall, object> write) in (IEnumerable<(string, Func<OperationCall, object>)>)
            [.. ArithmeticOperators.All, .. ActivationOperators.All, .. MatrixOperators.All, .. ConvolutionOperators.All, .. PoolingOperators.All, .. ResizeOperators.All, .. NormalizationOperators.All,
             .. ShapeOperators.All, .. IndexOperators.All, .. ReductionOperators.All, .. CreationOperators.All, .. SequenceOperators.All])
        {
            foreach (string name in names.Split(' ')) all.Add(name, write);
        }

        foreach ((string names, string why) in Refused)
        {
            foreach (string name in names.Split(' ')) all.Add(name, call => throw call.Refuse(why));
        }

        return all;
    }
}

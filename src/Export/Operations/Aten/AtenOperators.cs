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
        ("masked_select nonzero unique unique2 _unique2 argwhere", "gives as many elements as the input's values say: a graph's shapes are fixed"),
        ("masked_scatter", "puts as many elements as the mask says: use where"),
        ("inverse linalg_inv linalg_solve linalg_solve_ex linalg_inv_ex linalg_pinv matrix_exp linalg_matrix_exp", "solves equations or runs in steps until it is exact enough: do it before the file is written, or outside of it"),
        ("max_unpool2d max_unpool3d", "takes places from a max pool before it, which ONNX counts otherwise: upsample instead"),
        ("renorm erfinv special_erfinv lgamma digamma", "has no ONNX operator, nor a formula of few: write it with other operations"),
    ];

    private static readonly (string Names, Func<OperationCall, object> Write)[] Written =
    [
        .. ComplexOperators.All, .. ArithmeticOperators.All, .. ActivationOperators.All, .. MatrixOperators.All, .. ConvolutionOperators.All, .. PoolingOperators.All, .. ResizeOperators.All,
        .. NormalizationOperators.All, .. ShapeOperators.All, .. IndexOperators.All, .. ReductionOperators.All, .. CreationOperators.All, .. SequenceOperators.All, .. LossOperators.All,
    ];

    private static readonly Dictionary<string, Func<OperationCall, object>> ByName = ByNames([.. Written, .. Refused.Select(each => (each.Names, (Func<OperationCall, object>)(call => throw call.Refuse(each.Why))))]), OfComplex = ByNames(ComplexOperators.OfComplex);

    /// <summary>The operations that have a form in ONNX, in alphabetical order.</summary>
    public static IEnumerable<string> Names => Written.SelectMany(each => each.Names.Split(' ')).Order(StringComparer.Ordinal);

    /// <summary>What writes an operation: it gives its result (a value, several, or an argument itself); null where there is nothing.</summary>
    public static Func<OperationCall, object>? Find(string name) => !name.StartsWith(Prefix, StringComparison.Ordinal) ? null
        : ByName.GetValueOrDefault(Plain(name[Prefix.Length..]));

    /// <summary>The name of what an operation computes: in place or not is the same to a graph.</summary>
    public static string Plain(string name) => !ViewOperators.IsInPlace(name) ? name : name.EndsWith("__", StringComparison.Ordinal) ? name.Replace("__i", "__", StringComparison.Ordinal) : name[..^1];

    /// <summary>What writes an operation that takes or gives complex numbers; null where there is nothing.</summary>
    public static Func<OperationCall, object>? FindComplex(string name) => OfComplex.GetValueOrDefault(name) ?? OfComplex.GetValueOrDefault(name.TrimEnd('_'));

    private static Dictionary<string, Func<OperationCall, object>> ByNames(IEnumerable<(string Names, Func<OperationCall, object> Write)> operations) =>
        operations.SelectMany(each => each.Names.Split(' ').Select(name => (name, each.Write))).ToDictionary();
}

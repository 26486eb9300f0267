using MLNetGen.Export.Import.Operations;
using MLNetGen.Onnx;
using static TorchSharp.torch;

namespace MLNetGen.Export.Import;

/// <summary>Operations by their names in ONNX, and what reads a node of one: it looks at the attributes once, and gives what runs.</summary>
/// <param name="Names">Separated by blanks.</param>
/// <param name="Read">Gives what a node does to its inputs; or says by <see cref="ImportedNode.Refuse"/> why it is not taken.</param>
internal sealed record ImportedOperation(string Names, Func<ImportedNode, Func<ImportedCall, Tensor[]>> Read)
{
    private static readonly Dictionary<string, ImportedOperation> ByName = new[]
    {
        ActivationOperations.All, ArithmeticOperations.All, ConvolutionOperations.All, IndexOperations.All, MatrixOperations.All, NormalizationOperations.All, PoolingOperations.All,
        ReductionOperations.All, ResizeOperations.All, ShapeOperations.All,
    }.SelectMany(group => group).SelectMany(operation => operation.Names.Split(' ').Select(name => (name, operation))).ToDictionary();

    /// <summary>The operations that are read, in alphabetical order.</summary>
    public static IEnumerable<string> Known => ByName.Keys.Order(StringComparer.Ordinal);

    /// <summary>Null for an operation that has no form here.</summary>
    public static ImportedOperation? Find(string domain, string name) => Protos.IsStandard(domain) ? ByName.GetValueOrDefault(name) : null;

    /// <summary>One that gives a single tensor.</summary>
    public static ImportedOperation Of(string names, Func<ImportedNode, Func<ImportedCall, Tensor>> read) => new(names, node =>
    {
        Func<ImportedCall, Tensor> run = read(node);
        return call => [run(call)];
    });

    /// <summary>One of a single tensor, without attributes.</summary>
    public static ImportedOperation Of(string names, Func<Tensor, Tensor> run) => Of(names, _ => call => run(call[0]));
}

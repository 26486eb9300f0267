using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;

namespace MLNetGen.Export.Import;

/// <summary>A node of a file, as the function that reads its operation sees it.</summary>
/// <param name="proto">The node.</param>
/// <param name="opset">The file's operator set version.</param>
/// <param name="source">The file's name, for messages.</param>
/// <param name="origins">What its inputs depend on.</param>
internal sealed class ImportedNode(NodeProto proto, int opset, string source, ValueOrigin[] origins)
{
    public int Opset => opset;

    public string Operation => proto.OpType;

    public IReadOnlyList<string> Inputs => proto.Input;

    public IReadOnlyList<string> Outputs => proto.Output;

    public int OutputCount => proto.Output.Count;

    public bool HasInput(int index) => index < proto.Input.Count && proto.Input[index].Length > 0;

    /// <summary>What an input depends on.</summary>
    public ValueOrigin Origin(int input) => origins[input];

    public bool Has(string attribute) => proto.Attribute.Any(one => one.Name == attribute);

    public long Integer(string attribute, long otherwise) => proto.Integer(attribute, otherwise);

    public float Number(string attribute, float otherwise) => proto.Number(attribute, otherwise);

    public string Text(string attribute, string otherwise) => proto.Text(attribute, otherwise);

    public long[]? Integers(string attribute) => proto.Integers(attribute);

    public double[]? Numbers(string attribute) => Find(attribute) is { } found ? [.. found.Floats.Select(number => (double)number)] : null;

    public TensorProto? Stored(string attribute) => Find(attribute)?.T;

    /// <summary>Refuses the node where an output besides the first few has a reader; unnamed ones have none.</summary>
    public void RequireOutputs(int most, string which)
    {
        if (proto.Output.Skip(most).Any(name => name.Length > 0 && ReadNames.Contains(name))) throw Refuse($"gives {which}, which is not read here");
    }

    /// <summary>The names that any node reads, or the file gives.</summary>
    public required IReadOnlySet<string> ReadNames { private get; init; }

    /// <summary>An exception that says which node of which file is not taken, and why.</summary>
    public NotSupportedException Refuse(string why) => new($"{this} of '{source}' {why}.");

    /// <summary>An exception for a run that failed.</summary>
    public InvalidOperationException Failed(IEnumerable<Tensor?> inputs, Exception why) => new(
        $"{this} of '{source}' does not take {string.Join(" and ", inputs.Select(input => input is null ? "nothing" : $"[{string.Join(", ", input.shape)}]"))}: {why.Message.Split('\n')[0].Trim()}", why);

    /// <inheritdoc/>
    public override string ToString() => $"{proto.FullOperator()} '{proto.Label()}'";

    private AttributeProto? Find(string attribute) => proto.Attribute.LastOrDefault(one => one.Name == attribute);
}

/// <summary>What a value depends on; the greatest of several counts.</summary>
internal enum ValueOrigin
{
    /// <summary>Stored tensors alone.</summary>
    Stored,

    /// <summary>The lengths of the inputs besides.</summary>
    Lengths,

    /// <summary>The inputs.</summary>
    Inputs,
}

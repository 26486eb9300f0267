using System.Text.RegularExpressions;

namespace MLNetGen.Export;

/// <summary>A line of libtorch's graph: an operation, a constant, or a mark of our own.</summary>
/// <param name="Name">For example <c>aten::add</c>, <c>prim::Constant</c>, <c>mlnetgen::known</c>.</param>
/// <param name="Inputs">Names of values.</param>
/// <param name="Outputs">Names of values.</param>
/// <param name="Types">The outputs' types, as <c>Float(2, 3, strides=[3, 1], requires_grad=0, device=cpu)</c>, <c>int[]</c>, <c>NoneType</c>.</param>
/// <param name="Value">A constant's, as it is written; empty for tensors and for what is no constant.</param>
internal sealed record TracedOperation(string Name, string[] Inputs, string[] Outputs, string[] Types, string Value)
{
    /// <summary>The name without its namespace: <c>add</c>.</summary>
    public string Operator => Name[(Name.IndexOf(':', StringComparison.Ordinal) + 2)..];

    /// <summary>Element type of an output that is a tensor: <c>Float</c>, <c>Long</c>, <c>Bool</c>…</summary>
    public string ElementType(int output) => Types[output].Split('(')[0];

    /// <summary>Shape of an output that is a tensor.</summary>
    public long[] Shape(int output)
    {
        string type = Types[output];
        int open = type.IndexOf('(', StringComparison.Ordinal);
        return open < 0 ? [] : [.. type[(open + 1)..^1].Split(',').Select(part => part.Trim()).TakeWhile(part => part.Length > 0 && char.IsAsciiDigit(part[0])).Select(long.Parse)];
    }

    /// <summary>Whether the elements of an output that is a tensor lie in memory row by row, without gaps.</summary>
    public bool IsContiguous(int output)
    {
        const string Mark = "strides=[";
        int at = Types[output].IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0) return true;
        long[] shape = Shape(output), strides = [.. Types[output][(at + Mark.Length)..].Split(']')[0].Split(',').Select(long.Parse)];
        long expected = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] != 1 && strides[axis] != expected) return false;
            expected *= shape[axis];
        }

        return true;
    }
}

/// <summary>What a module did on one input: libtorch's graph, read from its text.</summary>
/// <param name="Operations">In the order in which they happened.</param>
/// <param name="Constants">The tensors among the constants, in order.</param>
internal sealed partial record OperationTrace(IReadOnlyList<TracedOperation> Operations, TorchSharp.torch.Tensor[] Constants)
{
    /// <summary>What a graph's text says, without what layers that have a converter do inside: that differs with the lengths, and is written by the converter.</summary>
    public static OperationTrace Of(string text, TorchSharp.torch.Tensor[] constants)
    {
        List<TracedOperation> kept = [];
        var same = new Dictionary<string, string>();
        TracedOperation? call = null;
        bool isWritten = false;
        foreach (TracedOperation parsed in Parse(text))
        {
            TracedOperation operation = same.Count == 0 ? parsed : parsed with { Inputs = [.. parsed.Inputs.Select(input => same.GetValueOrDefault(input, input))] };
            if (call is not null && operation.Name.StartsWith("mlnetgen::result_", StringComparison.Ordinal))
            {
                if (!isWritten) operation = WithoutWrites(call, operation, same);
                call = null;
            }

            isWritten |= ViewOperators.Target(operation, _ => true) >= 0;
            // A tensor that was first met in a layer may be read outside of it.
            if (call is null || (operation.Name == "prim::Constant" && IsTensor(operation.Types[0]))) kept.Add(operation);
            if (!operation.Name.StartsWith("mlnetgen::call_", StringComparison.Ordinal)) continue;
            (call, isWritten) = (operation, false);
        }

        // Names are numbers in order, those of what was left out among them: counted anew, they are the same in every trace.
        var names = new Dictionary<string, string>();
        string NameOf(string value) => names.GetValueOrDefault(value, value);
        return new([.. kept.Select(operation =>
        {
            string[] inputs = [.. operation.Inputs.Select(NameOf)];
            foreach (string output in operation.Outputs) names[output] = $"v{names.Count}";
            return operation with { Inputs = inputs, Outputs = [.. operation.Outputs.Select(NameOf)] };
        })], constants);
    }

    // A layer that gives its input itself, as one that pads by nothing, has given it a new name too, but written nothing into it.
    private static TracedOperation WithoutWrites(TracedOperation call, TracedOperation result, Dictionary<string, string> same)
    {
        string written = result.Name[(result.Name.IndexOf('_', StringComparison.Ordinal) + 1)..], given = call.Name.Split('_')[^1];
        int results = result.Outputs.Length - written.Count(one => one == '1');
        for (int i = 0, output = results; i < written.Length; i++)
        {
            if (written[i] == '1') same[result.Outputs[output++]] = call.Inputs[given[..i].Count(one => one == '1')];
        }

        return result with { Name = result.Name.Replace('1', '0'), Outputs = result.Outputs[..results], Types = result.Types[..results] };
    }

    /// <summary>The operations of a graph's text (<c>torch::jit::Graph::toString</c>, without source ranges).</summary>
    public static IEnumerable<TracedOperation> Parse(string text)
    {
        string pending = "";
        foreach (string raw in text.Split('\n'))
        {
            if (raw.StartsWith("graph(", StringComparison.Ordinal) || raw.TrimStart().StartsWith("return ", StringComparison.Ordinal) || string.IsNullOrWhiteSpace(raw)) continue;
            string line = pending + raw;
            Match match = Line().Match(line);
            // A node of many outputs is written on many lines.
            pending = match.Success ? "" : line + " ";
            if (!match.Success) continue;
            Match[] outputs = Output().Matches(match.Groups["outputs"].Value).ToArray();
            yield return new(
                match.Groups["name"].Value,
                [.. match.Groups["inputs"].Value.Split(',').Select(name => name.Trim().TrimStart('%')).Where(name => name.Length > 0)],
                [.. outputs.Select(output => output.Groups["name"].Value)],
                [.. outputs.Select(output => output.Groups["type"].Value)],
                match.Groups["value"].Value);
        }
    }

    /// <summary>Whether a type, or what stands before an equals sign, is that of a tensor.</summary>
    public static bool IsTensor(string type) => TensorType().IsMatch(type);

    [GeneratedRegex(@"^\s*(?<outputs>.*?)\s*= (?<name>\w+::\w+)(\[(value=(?<value>.*?))?\])?\((?<inputs>[^()]*)\)\s*(,.*)?$")]
    private static partial Regex Line();

    [GeneratedRegex(@"%(?<name>[\w.]+) : (?<type>\w+(\([^()]*\))?(\[\])?\??)")]
    private static partial Regex Output();

    [GeneratedRegex(@"(^|: )(Tensor\b(?!\[)|(Float|Double|Half|BFloat16|Long|Int|Short|Char|Byte|Bool|Complex\w+)\()")]
    private static partial Regex TensorType();
}

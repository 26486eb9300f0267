using System.Globalization;
using MLNetGen.Export.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Turns what a module did on several inputs into an ONNX model.</summary>
internal sealed class OperationWriter
{
    private readonly IReadOnlyList<OperationTrace> traces;
    private readonly OperationTracer tracer;
    private readonly OnnxGraph graph;
    private readonly OnnxValue[] inputs;
    private readonly Dictionary<string, object?> values = [];
    private readonly List<KnownLength> inputLengths = [], otherLengths = [];
    private readonly List<(OnnxValue Value, TracedTensor Tensor)> described = [];

    private int constants;
    private (int Leaf, TracedValue?[] Inputs)? layer;

    private OperationWriter(IReadOnlyList<OperationTrace> traces, OperationTracer tracer, OnnxGraph graph, OnnxValue[] inputs)
    {
        this.traces = traces;
        this.tracer = tracer;
        this.graph = graph;
        this.inputs = inputs;
    }

    private OperationTrace Example => traces[0];

    public static ModelProto Write(IReadOnlyList<OperationTrace> traces, OperationTracer tracer, InputAxes axes, string[] inputNames, OnnxExportOptions options)
    {
        int outputCount = traces[0].Operations[^1].Inputs.Length;
        string[] outputNames = ModelWriter.OutputNames(inputNames, outputCount, options);
        var graph = new OnnxGraph(options.Opset, tracer.Tree.Weights);
        OnnxValue[] inputs = [.. inputNames.Select(graph.Input)];
        foreach (string name in outputNames) graph.Reserve(name);
        var writer = new OperationWriter(traces, tracer, graph, inputs);
        (OnnxValue Value, TracedTensor Tensor)[] outputs = writer.WriteAll();
        return ModelWriter.Assemble(graph, tracer.Tree, axes, inputNames, [.. inputs.Select((_, i) => writer.Describe(0, i))], outputNames, outputs, writer.described, options);
    }

    private (OnnxValue Value, TracedTensor Tensor)[] WriteAll()
    {
        RequireSameOperations();
        for (int i = 0; i < Example.Operations.Count; i++)
        {
            TracedOperation operation = Example.Operations[i];
            string name = operation.Name;
            if (name == "mlnetgen::known") Know(operation);
            else if (name == "mlnetgen::results") return [.. operation.Inputs.Select(input => Result(input, i))];
            else if (Mark(name, "call") is [string leaf, string pattern]) layer = (Number(leaf), Given(operation, pattern));
            else if (name == "mlnetgen::result") Convert(operation, i);
            else if (Mark(name, "enter") is [string entered]) graph.Scope = tracer.Leaves[Number(entered)].Path;
            else if (name == "mlnetgen::leave") graph.Scope = "";
            // Within a layer that has a converter nothing is written; the tensors among its constants are counted all the same.
            else if (name == "prim::Constant") Constant(operation, i);
            else if (layer is null) WriteOperation(operation, i);
        }

        throw new InvalidOperationException("libtorch's trace has no end.");
    }

    private void RequireSameOperations()
    {
        foreach (OperationTrace other in traces.Skip(1))
        {
            int same = Example.Operations.Zip(other.Operations).TakeWhile(pair => IsSame(pair.First, pair.Second)).Count();
            if (same == Example.Operations.Count && same == other.Operations.Count) continue;
            string At(OperationTrace trace) => same >= trace.Operations.Count ? "nothing more" : Mark(trace.Operations[same].Name, "call") is [string leaf, _]
                ? $"'{tracer.Leaves[Number(leaf)].Path}' ({tracer.Leaves[Number(leaf)].Module.GetType().Name})" : trace.Operations[same].Name;
            throw new InvalidOperationException(
                $"The module does not do the same for every input: step {same} is {At(Example)} on the example, and {At(other)} on another input. An ONNX graph is fixed. " +
                "Take what depends on the input's values or sizes (if, for, item()) out of forward, or write it as a module that implements IOnnxConvertible.");
        }
    }

    /// <summary>Whether two traces are the same operations, wired alike.</summary>
    public static bool AreSame(OperationTrace one, OperationTrace other) =>
        one.Operations.Count == other.Operations.Count && one.Operations.Zip(other.Operations).All(pair => IsSame(pair.First, pair.Second));

    // Where an axis of length 1 is dropped and a longer one is not, the number of axes differs.
    private static bool IsSame(TracedOperation one, TracedOperation other) =>
        one.Name == other.Name && one.Inputs.SequenceEqual(other.Inputs) && one.Outputs.Length == other.Outputs.Length
        && Enumerable.Range(0, one.Outputs.Length).All(i => one.Shape(i).Length == other.Shape(i).Length);

    private void Know(TracedOperation operation)
    {
        for (int k = 0; k < operation.Outputs.Length; k++)
        {
            int place = k;
            if (k >= inputs.Length)
            {
                // Stored when it is used.
                values[operation.Outputs[k]] = new Lazy<TracedValue>(() => Stored(tracer.Weights[place - inputs.Length]));
                continue;
            }

            values[operation.Outputs[k]] = ValueAt(0, k, inputs[k]);
            for (int axis = 0; axis < operation.Shape(k).Length; axis++)
            {
                int at = axis;
                inputLengths.Add(new([.. traces.Select(trace => trace.Operations[0].Shape(place)[at])], _ => inputs[place].Shape().Slice(0, at, at + 1)));
            }
        }
    }

    private (OnnxValue Value, TracedTensor Tensor) Result(string name, int operation)
    {
        TracedValue value = ValueOf(name);
        (int Operation, int Output) from = Example.Operations.Take(operation).Select((each, i) => (i, Array.IndexOf(each.Outputs, name))).First(pair => pair.Item2 >= 0);
        return (value.X, Describe(from.Operation, from.Output));
    }

    private TracedValue?[] Given(TracedOperation operation, string pattern)
    {
        var tensors = new Queue<string>(operation.Inputs);
        TracedValue?[] given = [.. pattern.Select(one => one == '1' ? ValueOf(tensors.Dequeue()) : null)];
        // Then its weights, as they are when it is called.
        if (tensors.Any(weight => !Example.Operations[0].Outputs.Contains(weight)))
        {
            throw new InvalidOperationException(
                $"forward writes the weights of '{tracer.Leaves[Number(Mark(operation.Name, "call")[0])].Path}' before it calls it: the file would have those that are there now. " +
                "Use the functional form (functional.linear, functional.conv2d) on the weights that were computed.");
        }

        return given;
    }

    private void Convert(TracedOperation operation, int index)
    {
        (int leaf, TracedValue?[] given) = layer!.Value;
        (Module module, string path, Action<Module, OnnxCall>? converter) = tracer.Leaves[leaf];
        TracedTensor[] outputs = [.. operation.Outputs.Select((_, k) => Describe(index, k))];
        TracedTensor?[] inputs = [.. given.Select((value, k) => value is null ? null : new TracedTensor($"input {k}", value.Shape, TypeOf(value.Type), null, null)
        {
            ProbeShape = [.. value.Shape.Select((length, axis) => value.Varies[axis] ? length + 1 : length)],
        })];
        graph.Scope = path;
        var onnx = new OnnxCall(graph, new TracedCall(module, path, converter!, inputs, outputs), [.. given.Select(value => value?.X)]);
        converter!(module, onnx);
        graph.Scope = "";
        layer = null;
        for (int k = 0; k < operation.Outputs.Length; k++) Set(operation.Outputs[k], ValueAt(index, k, onnx.Output(k)), index, k);
    }

    private void Constant(TracedOperation operation, int index)
    {
        string type = operation.Types[0], name = operation.Outputs[0];
        if (OperationTrace.IsTensor(type))
        {
            Tensor[] same = [.. traces.Select(trace => trace.Constants[constants])];
            constants++;
            values[name] = new Lazy<TracedValue>(() => Array.TrueForAll(same, other => Equal(same[0], other)) ? Stored(same[0]) : throw new InvalidOperationException(
                $"A tensor of shape [{string.Join(", ", same[0].shape)}] was made in forward from C# numbers that depend on the input: it would be the example's in the file. " +
                "Make it from tensors (arange, full, zeros with the input's lengths)."));
            return;
        }

        string[] texts = [.. traces.Select(trace => trace.Operations[index].Value)];
        bool isFixed = texts.Distinct().Count() == 1;
        values[name] = type switch
        {
            _ when texts[0].Length == 0 => null,
            "str" => texts[0].Trim('"'),
            "int" => Whole(texts) ?? Varying(texts, index),
            "bool" => isFixed ? texts[0] == "1" : Varying(texts, index),
            "float" => isFixed ? Real(texts[0]) : Varying(texts, index),
            "int[]" => isFixed ? Wholes(texts[0]) : Varying(texts, index),
            _ => null,
        };
    }

    private static object?[] Wholes(string list) =>
        [.. list.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => (object)long.Parse(part, CultureInfo.InvariantCulture))];

    private object? Whole(string[] texts) => LengthFinder.Find(
        [.. texts.Select(text => long.Parse(text, CultureInfo.InvariantCulture))], inputLengths, Enumerable.Reverse(otherLengths));

    // Told only where it is used: inside of a module that writes its own nodes it does not matter.
    private Lazy<TracedValue> Varying(string[] texts, int index)
    {
        string scope = graph.Scope;
        string? user = Example.Operations.Skip(index).FirstOrDefault(operation => operation.Inputs.Contains(Example.Operations[index].Outputs[0]))?.Name;
        return new(() => throw new InvalidOperationException(
            $"A number in {(scope.Length == 0 ? "forward" : $"'{scope}'")} depends on the input ({string.Join(", ", texts)}) in a way that is no length of it, and goes into {user}: " +
            "the file would have the example's. Take it from a shape, or write that part as a module that implements IOnnxConvertible."));
    }

    private void WriteOperation(TracedOperation operation, int index)
    {
        switch (operation.Name)
        {
            case "prim::ListConstruct" or "prim::TupleConstruct":
                // What is in it counts where it is used: of a size beside a factor nothing is.
                values[operation.Outputs[0]] = operation.Inputs.Select(input => values[input]).ToArray();
                return;
            case "prim::ListUnpack" or "prim::TupleUnpack":
                var list = (object?[])values[operation.Inputs[0]]!;
                for (int k = 0; k < operation.Outputs.Length; k++) Set(operation.Outputs[k], list[k] is OnnxValue x ? ValueAt(index, k, x) : OperationCall.Resolved(list[k]), index, k);
                return;
        }

        object?[] arguments = [.. operation.Inputs.Select(Argument)];
        TracedValue? result = operation.Outputs.Length > 0 && OperationTrace.IsTensor(operation.Types[0]) ? ValueAt(index, 0, null!) : null;
        var call = new OperationCall(graph, operation, arguments, result);
        switch (call.Write())
        {
            case OnnxValue one:
                Set(operation.Outputs[0], ValueAt(index, 0, one), index, 0);
                for (int k = 1; k < operation.Outputs.Length; k++)
                    values[operation.Outputs[k]] = new Lazy<TracedValue>(() => throw call.Refuse("gives a second result (places, statistics) that the file lacks: use the first alone"));
                break;
            case OnnxValue[] many when operation.Outputs.Length == many.Length && result is not null:
                for (int k = 0; k < many.Length; k++) Set(operation.Outputs[k], ValueAt(index, k, many[k]), index, k);
                break;
            case OnnxValue[] list:
                values[operation.Outputs[0]] = list.Cast<object?>().ToArray();
                break;
            case TracedValue value:
                Set(operation.Outputs[0], ValueAt(index, 0, value.X) with { TransposeOf = value.TransposeOf }, index, 0);
                break;
        }
    }

    private void Set(string name, object? value, int operation, int output)
    {
        values[name] = value;
        if (value is not TracedValue traced) return;
        if (graph.IsProduced(traced.X) && !traced.IsComplex) described.Add((traced.X, Describe(operation, output)));
        for (int axis = 0; axis < traced.Rank; axis++)
        {
            if (!traced.Varies[axis]) continue;
            int at = axis;
            otherLengths.Add(new([.. traces.Select(trace => trace.Operations[operation].Shape(output)[at])], _ => traced.X.Shape().Slice(0, at, at + 1)));
        }
    }

    private object? Argument(string name) => OperationCall.Resolved(values[name]);

    private TracedValue ValueOf(string name) => (TracedValue)Argument(name)!;

    private TracedValue ValueAt(int operation, int output, OnnxValue x)
    {
        TracedOperation example = Example.Operations[operation];
        long[] shape = example.Shape(output);
        return new(x, example.ElementType(output), shape, [.. shape.Select((length, axis) => traces.Any(trace => trace.Operations[operation].Shape(output)[axis] != length))])
        {
            Shapes = [.. traces.Select(trace => trace.Operations[operation].Shape(output))],
        };
    }

    private TracedValue Stored(Tensor tensor) => new(graph.Weight(tensor), NameOf(tensor.dtype), tensor.shape, new bool[tensor.shape.Length]);

    private TracedTensor Describe(int operation, int output)
    {
        TracedOperation example = Example.Operations[operation];
        return new($"the result of {example.Name}", example.Shape(output), TypeOf(example.ElementType(output)), null, null)
        {
            ProbeShape = [.. example.Shape(output).Select((length, axis) => traces.Select(trace => trace.Operations[operation].Shape(output)[axis]).FirstOrDefault(other => other != length, length))],
        };
    }

    // What follows a mark's name: the layer's number, and which inputs it was given.
    private static string[] Mark(string name, string mark) => name.Split('_') is [var start, .. var rest] && start == $"mlnetgen::{mark}" ? rest : [];

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static bool Equal(Tensor one, Tensor other)
    {
        if (!one.shape.SequenceEqual(other.shape)) return false;
        using Tensor a = one.to_type(ScalarType.Float64), b = other.to_type(ScalarType.Float64);
        return a.allclose(b, rtol: 0, atol: 0, equal_nan: true);
    }

    private static double Real(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    public static string NameOf(ScalarType type) => type switch
    {
        ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16 => "Float",
        ScalarType.Int64 => "Long",
        ScalarType.Int32 => "Int",
        ScalarType.Int16 => "Short",
        ScalarType.Int8 => "Char",
        ScalarType.Byte => "Byte",
        ScalarType.Bool => "Bool",
        _ => type.ToString(),
    };

    private static ScalarType TypeOf(string name) => name switch
    {
        "Long" => ScalarType.Int64,
        "Int" => ScalarType.Int32,
        "Short" => ScalarType.Int16,
        "Char" => ScalarType.Int8,
        "Byte" => ScalarType.Byte,
        "Bool" => ScalarType.Bool,
        _ when name.StartsWith("Complex", StringComparison.Ordinal) => throw new NotSupportedException(
            "The module takes, gives or hands to a layer complex numbers, which ONNX files do not have: use view_as_real and view_as_complex there, or real and imag."),
        _ => ScalarType.Float32,
    };
}

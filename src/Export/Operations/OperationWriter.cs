using System.Globalization;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Turns what a module did on several inputs into an ONNX model.</summary>
internal sealed class OperationWriter
{
    // Tables of more are not made of lengths.
    private const int MostElements = 16;

    private readonly IReadOnlyList<OperationTrace> traces;
    private readonly OperationTracer tracer;
    private readonly OnnxGraph graph;
    private readonly OnnxValue[] inputs;
    private readonly TensorMemory memory = new();

    // What is no tensor: numbers, texts, lists.
    private readonly Dictionary<string, object?> values = [];
    private readonly Dictionary<string, (int Operation, int Output)> sources = [];
    private readonly List<KnownLength> inputLengths = [], otherLengths = [];
    private readonly List<TracedValue> described = [];

    private int constants;
    private Call? layer;

    private OperationWriter(IReadOnlyList<OperationTrace> traces, OperationTracer tracer, OnnxGraph graph, OnnxValue[] inputs)
    {
        this.traces = traces;
        this.tracer = tracer;
        this.graph = graph;
        this.inputs = inputs;
    }

    private OperationTrace Example => traces[0];

    public static ModelProto Write(IReadOnlyList<OperationTrace> traces, OperationTracer tracer, InputAxes axes, string[] inputNames, string[]? outputKeys, OnnxExportOptions options)
    {
        int outputCount = traces[0].Operations[^1].Inputs.Length;
        string[] outputNames = ModelWriter.OutputNames(inputNames, outputKeys, outputCount, options);
        var graph = new OnnxGraph(options.Opset, tracer.Tree.Weights);
        OnnxValue[] inputs = [.. inputNames.Select(graph.Input)];
        foreach (string name in outputNames) graph.Reserve(name);
        var writer = new OperationWriter(traces, tracer, graph, inputs);
        TracedValue[] outputs = writer.WriteAll();
        return ModelWriter.Assemble(graph, tracer.Tree, axes, inputNames, [.. inputs.Select((input, i) => writer.ValueAt(0, i, input))], outputNames, outputs, writer.described, options);
    }

    private TracedValue[] WriteAll()
    {
        RequireSameOperations();
        for (int i = 0; i < Example.Operations.Count; i++)
        {
            TracedOperation operation = Example.Operations[i];
            for (int k = 0; k < operation.Outputs.Length; k++) sources.TryAdd(operation.Outputs[k], (i, k));
            string name = operation.Name;
            if (name == "mlnetgen::known") Know(operation);
            else if (name == "mlnetgen::results") return [.. operation.Inputs.Select(Result)];
            else if (Mark(name, "call") is [string leaf, string pattern]) layer = Given(operation, leaf, pattern);
            else if (Mark(name, "result") is [string over]) Convert(operation, i, over);
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
            throw new InvalidOperationException(
                $"The module does not do the same for every input: step {Example.Operations.Take(same).Count(operation => operation.Outputs.Length > 0)} was {Step(Example, same)} on the example, and " +
                $"{Step(other, same)} on another input. An ONNX graph is fixed. " +
                "Take what depends on the input's values or sizes (if, for, item()) out of forward, or write it as a module that implements IOnnxConvertible.");
        }
    }

    private string Step(OperationTrace trace, int place)
    {
        TracedOperation operation = trace.Operations[place];
        if (operation.Name == "mlnetgen::results") return $"none any more: it returned {Sources(operation)}";
        return Mark(operation.Name, "call") is [string leaf, string pattern] ? $"'{tracer.Leaves[Number(leaf)].Path}' on {Sources(operation, pattern.Count(one => one == '1'))}"
            : $"{operation.Name}{string.Concat(operation.Outputs.Select((_, i) => $" [{string.Join(", ", operation.Shape(i))}]"))} on {Sources(operation)}";

        string Sources(TracedOperation of, int count = int.MaxValue) => string.Join(" and ", of.Inputs.Take(count).Select(input => Source(trace, input)));
    }

    private string Source(OperationTrace trace, string value)
    {
        int maker = trace.Operations.TakeWhile(operation => !operation.Outputs.Contains(value)).Count(), output = Array.IndexOf(trace.Operations[maker].Outputs, value);
        string name = trace.Operations[maker].Name;
        if (name == "mlnetgen::known") return output >= inputs.Length ? "a weight" : inputs.Length == 1 ? "the input" : $"input {output}";
        return name.StartsWith("mlnetgen::result_", StringComparison.Ordinal) && Mark(trace.Operations[maker - 1].Name, "call") is [string leaf, _]
            ? $"the output of '{tracer.Leaves[Number(leaf)].Path}'" : name == "prim::Constant" ? "a constant" : $"the result of {name}";
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
            string name = operation.Outputs[k];
            int place = k, other = k - inputs.Length;
            if (other < 0)
            {
                memory.Add(name, () => ValueAt(0, place, inputs[place]));
                inputLengths.AddRange(LengthsOf(traces, 0, k, inputs[k]).Select((length, axis) => length with { Place = (place, axis) }));
            }
            else if (other < tracer.Weights.Count)
            {
                // Stored when it is used.
                memory.Add(name, () => Stored(tracer.Weights[other]), tracer.Tree.Weights[tracer.Weights[other]]);
            }
            else
            {
                memory.Add(name, () => throw new ArgumentException(
                    $"forward uses a captured tensor of shape [{string.Join(", ", operation.Shape(place))}] with gradients that no module has registered: register it (RegisterComponents, register_parameter), or detach() it."));
            }
        }
    }

    private TracedValue Result(string name) => ValueAt(sources[name].Operation, sources[name].Output, memory.Read(name).X);

    // A pattern has 1 for a tensor, and 0 for an optional one that was not given; the weights follow.
    private Call Given(TracedOperation operation, string leaf, string pattern)
    {
        string[] given = new string[pattern.Length];
        var tensors = new Queue<string>(operation.Inputs);
        for (int k = 0; k < given.Length; k++) given[k] = pattern[k] == '1' ? tensors.Dequeue() : "";
        foreach (string weight in tensors) memory.Use(weight);
        return new(Number(leaf), given, [.. given.Select(name => name.Length == 0 ? null : memory.Read(name))]);
    }

    // Its outputs, and then the inputs that it has written over.
    private void Convert(TracedOperation operation, int index, string pattern)
    {
        int[] written = [.. Enumerable.Range(0, pattern.Length).Where(k => pattern[k] == '1')];
        (int leaf, string[] names, TracedValue?[] given) = layer!;
        (Module module, string path, Action<Module, OnnxCall>? converter) = tracer.Leaves[leaf];
        int count = operation.Outputs.Length - written.Length;
        graph.Scope = path;
        // A layer computes in float32 whatever it is given.
        TracedValue AsFile(TracedValue value) => value.Element == OnnxElementType.Float ? value with { Type = "Float" } : value;
        var onnx = new OnnxCall(graph, module, path, [.. given.Select(value => value is null ? null : AsFile(value))], [.. Enumerable.Range(0, count).Select(k => AsFile(ValueAt(index, k, null!)))]);
        converter!(module, onnx);
        graph.Scope = "";
        layer = null;
        for (int k = 0; k < count; k++)
        {
            int aliased = Enumerable.Range(0, given.Length).FirstOrDefault(i => given[i]?.X == onnx.Output(k), -1);
            TracedValue value = ValueAt(index, k, onnx.Output(k));
            if (k == 0 && written.Length > 0) memory.Write(names[written[0]], operation.Outputs[k], value);
            // A layer that does nothing gives its input, or a view of it.
            else if (aliased >= 0) memory.AddView(operation.Outputs[k], names[aliased], new(index, k, whole => ValueAt(index, k, whole.X), (_, part) => part), value);
            else memory.Add(operation.Outputs[k], () => value);
            Note(value, index, k);
        }

        // A layer with inplace: true has written its result over its input: who reads the input later, reads the result.
        for (int k = 0; k < written.Length; k++) memory.Write(names[written[k]], operation.Outputs[count + k], memory.Read(operation.Outputs[0]));
    }

    private void Constant(TracedOperation operation, int index)
    {
        string type = operation.Types[0], name = operation.Outputs[0];
        if (OperationTrace.IsTensor(type))
        {
            Tensor[] same = [.. traces.Select(trace => trace.Constants[constants])];
            constants++;
            bool isSame = Array.TrueForAll(same, other => Equal(same[0], other));
            LengthFinder? finder = isSame ? null : Lengths();
            memory.Add(name, () => finder is null ? Stored(same[0]) : Made(same, finder) ?? throw new InvalidOperationException(
                $"A tensor of shape [{string.Join(", ", same[0].shape)}] was made in forward from C# numbers that depend on the input in a way that is no formula of its lengths: it would be the " +
                "example's in the file. Make it from tensors (arange, full, zeros with the input's lengths)."), isConstant: true);
            return;
        }

        string[] texts = [.. traces.Select(trace => trace.Operations[index].Value)];
        bool isFixed = texts.Distinct().Count() == 1;
        values[name] = type switch
        {
            _ when texts[0].Length == 0 => null,
            "str" => texts[0].Trim('"'),
            "int" => isFixed ? Whole(texts[0]) : Lengths().Find([.. texts.Select(Whole)]) ?? Varying(texts, index),
            "bool" => isFixed ? texts[0] == "1" : Varying(texts, index),
            "float" => isFixed ? Real(texts[0]) : Lengths().Find([.. texts.Select(Real)]) ?? Varying(texts, index),
            "int[]" => isFixed ? List(texts[0]).Select(text => (object?)Whole(text)).ToArray() : Varying(texts, index),
            _ => null,
        };
    }

    private LengthFinder Lengths() => new(inputLengths, Enumerable.Reverse(otherLengths));

    // A tensor of a few numbers: so libtorch hands on a plain number beside a tensor, too.
    private TracedValue? Made(Tensor[] same, LengthFinder finder)
    {
        bool isFloating = same[0].is_floating_point();
        object?[] found = [.. Elements(same).Select(element => isFloating ? finder.Find(element) : finder.Find([.. element.Select(value => (long)value)]))];
        if (found.Length == 0 || found.Contains(null)) return null;
        OnnxValue[] parts = [.. found.Select(part => part switch
        {
            TracedReal real => real.Write(graph),
            TracedLength length => length.Write(graph),
            double number => graph.Constant([(float)number], [1]),
            _ => graph.Constant([(long)part!]),
        })];
        OnnxValue x = (parts.Length == 1 ? parts[0] : graph.Node("Concat", parts, ("axis", 0))).Reshape(same[0].shape);
        return new(same[0].dtype is ScalarType.Int64 || isFloating ? x : x.Cast(ElementTypes.Of(same[0].dtype)), ElementTypes.NameOf(same[0].dtype), same[0].shape, new bool[same[0].shape.Length]);
    }

    /// <summary>Which lengths of inputs to trace besides, for numbers that are no length themselves.</summary>
    /// <param name="traces">The same operations in all of them.</param>
    /// <param name="inputCount">How many inputs there are.</param>
    public static IEnumerable<((int Input, int Axis) Place, long Length)> Questions(IReadOnlyList<OperationTrace> traces, int inputCount)
    {
        OperationTrace example = traces[0];
        KnownLength[] inputs = [.. Enumerable.Range(0, inputCount).SelectMany(k => LengthsOf(traces, 0, k, null!).Select((length, axis) => length with { Place = (k, axis) }))];
        List<KnownLength> others = [];
        int constants = 0;
        for (int i = 1; i < example.Operations.Count; i++)
        {
            TracedOperation operation = example.Operations[i];
            IEnumerable<double[]> numbers = [];
            string type = operation.Name == "prim::Constant" ? operation.Types[0] : "";
            if (type is "int" or "float" && traces.Any(trace => trace.Operations[i].Value != operation.Value)) numbers = [[.. traces.Select(trace => Real(trace.Operations[i].Value))]];
            else if (OperationTrace.IsTensor(type)) numbers = Elements([.. traces.Select(trace => trace.Constants[constants])]);
            foreach (double[] values in numbers)
            {
                foreach (((int Input, int Axis) Place, long Length) question in new LengthFinder(inputs, Enumerable.Reverse(others)).Questions(values)) yield return question;
            }

            if (OperationTrace.IsTensor(type)) constants++;
            else if (type.Length == 0) others.AddRange(Enumerable.Range(0, operation.Outputs.Length).SelectMany(k => LengthsOf(traces, i, k, null!)).Where(length => length.Varies));
        }
    }

    // By axis of a tensor.
    private static IEnumerable<KnownLength> LengthsOf(IReadOnlyList<OperationTrace> traces, int operation, int output, OnnxValue x) => traces[0].Operations[operation].Shape(output)
        .Select((_, axis) => new KnownLength([.. traces.Select(trace => trace.Operations[operation].Shape(output)[axis])], _ => x.Shape().Slice(0, axis, axis + 1)));

    // Every element of small tensors, in all traces.
    private static IEnumerable<double[]> Elements(Tensor[] same)
    {
        if (same[0].numel() > MostElements || same[0].is_complex() || same.Any(other => !other.shape.SequenceEqual(same[0].shape))) return [];
        double[][] all = [.. same.Select(tensor => tensor.to_type(ScalarType.Float64).flatten().data<double>().ToArray())];
        return Enumerable.Range(0, all[0].Length).Select(k => all.Select(elements => elements[k]).ToArray());
    }

    private static IEnumerable<string> List(string list) => list.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    // Told only where it is used: inside of a module that writes its own nodes it does not matter.
    private Lazy<TracedValue> Varying(string[] texts, int index)
    {
        string scope = graph.Scope;
        string? user = Example.Operations.Skip(index).FirstOrDefault(operation => operation.Inputs.Contains(Example.Operations[index].Outputs[0]))?.Name;
        return new(() => throw new InvalidOperationException(
            $"A number in {(scope.Length == 0 ? "forward" : $"'{scope}'")} depends on the input ({string.Join(", ", texts)}) in a way that is no formula of its lengths, and goes into {user}: " +
            "the file would have the example's. Take it from a shape, or write that part as a module that implements IOnnxConvertible."));
    }

    private void WriteOperation(TracedOperation operation, int index)
    {
        switch (operation.Name)
        {
            case "prim::ListConstruct" or "prim::TupleConstruct":
                // What no length explains counts where it is used: of a size beside a factor nothing is.
                values[operation.Outputs[0]] = operation.Inputs.Select(input => memory.Knows(input) ? memory.Read(input) : values[input]).ToArray();
                return;
            case "prim::ListUnpack" or "prim::TupleUnpack":
                var list = (object?[])values[operation.Inputs[0]]!;
                for (int k = 0; k < list.Length; k++)
                {
                    if (list[k] is OnnxValue x) Set(operation.Outputs[k], ValueAt(index, k, x), sources[operation.Inputs[0]].Operation, k);
                    else if (list[k] is TracedValue value) memory.Add(operation.Outputs[k], () => value);
                    else values[operation.Outputs[k]] = OperationCall.Resolved(list[k]);
                }

                return;
        }

        int target = ViewOperators.Target(operation, memory.Knows);
        if (ViewOperators.IsReshapedInPlace(operation.Operator)) throw CallOf(index, []).Refuse("gives a tensor another shape in place: take the operation that gives a new one (transpose for transpose_)");
        // What a weight was before it is written over altogether does not matter.
        bool isFilled = target > 0 || (operation.Operator is "copy_" or "fill_" && memory.IsWeight(operation.Inputs[0]));
        object?[] arguments = [.. operation.Inputs.Select((input, k) => isFilled && k == target ? ValueAt(index, 0, null!) : Argument(input))];
        OperationCall call = CallOf(index, arguments);
        object written = call.Write();
        if (written is OnnxValue[] many && (operation.Outputs.Length != many.Length || !OperationTrace.IsTensor(operation.Types[0])))
        {
            values[operation.Outputs[0]] = many.Cast<object?>().ToArray();
            return;
        }

        for (int k = 0; k < operation.Outputs.Length; k++)
        {
            if (k > 0 && written is not OnnxValue[])
            {
                memory.Add(operation.Outputs[k], () => throw call.Refuse("gives a second result (places, statistics) that the file lacks: use the first alone"));
                continue;
            }

            TracedValue value = ResultOf(written, index, k);
            if (k > 0 || target < 0)
            {
                Set(operation.Outputs[k], value, index, k);
                continue;
            }

            (int at, int output) = sources[operation.Inputs[target]];
            if (!Example.Operations[at].Shape(output).SequenceEqual(value.Shape)) throw call.Refuse("writes into a tensor of another shape: let it give a new one");
            Note(value, index, k);
            memory.Write(operation.Inputs[target], operation.Outputs[0], value);
        }
    }

    private OperationCall CallOf(int index, object?[] arguments) => new(
        graph, Example.Operations[index], arguments, Example.Operations[index].Types is [var type, ..] && OperationTrace.IsTensor(type) ? ValueAt(index, 0, null!) : null);

    private TracedValue ResultOf(object written, int index, int output) => written switch
    {
        OnnxValue one => ValueAt(index, output, one),
        OnnxValue[] many => ValueAt(index, output, many[output]),
        TracedValue value => ValueAt(index, output, value.X) with { TransposeOf = value.TransposeOf },
        _ => throw new InvalidOperationException($"{Example.Operations[index].Name} was written as {written}."),
    };

    // A tensor with memory of its own, or a view of the first argument of the operation that made it.
    private void Set(string name, TracedValue value, int maker, int output)
    {
        (int at, int place) = sources[name];
        Note(value, at, place);
        TracedOperation operation = Example.Operations[maker];
        string? of = operation.Inputs.FirstOrDefault();
        bool[] isView = of is null || !memory.Knows(of) ? [] : [.. traces.Select(trace => ViewOperators.IsView(
            operation.Operator, (trace.Operations[sources[of].Operation], sources[of].Output), trace.Operations[at]))];
        if (!isView.Contains(true) || isView.Contains(false))
        {
            memory.Add(name, () => value);
            // Of a batch of one, or a part of it, the elements lie in order all the same.
            if (isView.Length > 0 && ViewOperators.MayCopy(operation.Operator) && value.Varies.Contains(true)) memory.Doubt(name, of!, operation.Operator);
            return;
        }

        object?[] others = [.. operation.Inputs.Skip(1).Select(Argument)];
        memory.AddView(name, of!, new(maker, output, Take, Put), value);

        TracedValue Take(TracedValue whole)
        {
            object written = CallOf(maker, [whole, .. others]).Write();
            return written is OnnxValue[] parts ? ValueAt(at, place, parts[output]) : ResultOf(written, at, place);
        }

        TracedValue Put(TracedValue whole, TracedValue part) => new(ViewOperators.Put(CallOf(maker, [whole, .. others]), part, output), whole.Type, whole.Shape, whole.Varies);
    }

    private void Note(TracedValue value, int operation, int output)
    {
        if (graph.IsProduced(value.X) && !value.IsComplex) described.Add(ValueAt(operation, output, value.X));
        otherLengths.AddRange(LengthsOf(traces, operation, output, value.X).Where(length => length.Varies));
    }

    private object? Argument(string name) => memory.Knows(name) ? memory.Read(name) : OperationCall.Resolved(values[name]);

    private TracedValue ValueAt(int operation, int output, OnnxValue x)
    {
        TracedOperation example = Example.Operations[operation];
        long[] shape = example.Shape(output);
        return new(x, example.ElementType(output), shape, [.. shape.Select((length, axis) => traces.Any(trace => trace.Operations[operation].Shape(output)[axis] != length))])
        {
            Shapes = [.. traces.Select(trace => trace.Operations[operation].Shape(output))],
        };
    }

    private TracedValue Stored(Tensor tensor) => new(graph.Weight(tensor), ElementTypes.NameOf(tensor.dtype), tensor.shape, new bool[tensor.shape.Length]);

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

    /// <summary>A layer that has a converter, while it runs.</summary>
    private sealed record Call(int Leaf, string[] Names, TracedValue?[] Inputs);
}

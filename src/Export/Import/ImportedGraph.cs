using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;

namespace MLNetGen.Export.Import;

/// <summary>A file's nodes, ready to run, and its stored tensors.</summary>
internal sealed class ImportedGraph
{
    // As ONNX Runtime: before it, tensors were broadcast otherwise.
    private const int OldestOpset = 7;

    private readonly IReadOnlyList<ImportedStep> steps;

    private ImportedGraph(string source, GraphProto graph, IReadOnlyList<ImportedStep> steps, IReadOnlyList<StoredValue> stored)
    {
        Source = source;
        this.steps = steps;
        Stored = stored;
        Inputs = [.. ShapeTable.InputsOf(graph)];
        OutputNames = [.. graph.Output.Select(output => output.Name)];
        FixedBatch = Inputs.Select(input => input.Type?.TensorType?.Shape?.Dim.FirstOrDefault()?.DimValue ?? 0).FirstOrDefault();
        ValueNames = [.. Inputs.Select(input => input.Name).Concat(steps.SelectMany(step => step.Node.Outputs)).Where(name => name.Length > 0)];
    }

    /// <summary>The file's name, for messages.</summary>
    public string Source { get; }

    public IReadOnlyList<ValueInfoProto> Inputs { get; }

    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>Inputs and results of nodes, in the order of the file.</summary>
    public IReadOnlyList<string> ValueNames { get; }

    public IReadOnlyList<StoredValue> Stored { get; }

    /// <summary>The first length of the first input where the file fixes it; 0 where it may be any.</summary>
    public long FixedBatch { get; }

    /// <exception cref="InvalidDataException">It is no ONNX file, or a damaged one.</exception>
    /// <exception cref="NotSupportedException">A node that the outputs need has no form here.</exception>
    public static ImportedGraph Read(string path)
    {
        string source = Path.GetFileName(path);
        ModelProto model = Parse(path, source);
        GraphProto graph = model.Graph;
        UnusedParts.Remove(graph);
        int opset = (int)(model.OpsetImport.FirstOrDefault(set => Protos.IsStandard(set.Domain))?.Version ?? 1);
        if (opset < OldestOpset)
            throw new NotSupportedException($"'{source}' is of operator set {opset}; {OldestOpset} and later are read. Convert it: onnx.version_converter.convert_version(model, {OldestOpset}).");
        RequireKnown(graph, source);
        var roles = new StoredRoles(model);
        HashSet<string> read = [.. graph.Node.SelectMany(node => node.Input), .. graph.Output.Select(output => output.Name)];
        List<ImportedStep> steps = [];
        foreach (NodeProto proto in graph.Node.Where(node => !roles.IsConstant(node)))
        {
            var node = new ImportedNode(proto, opset, source, [.. proto.Input.Select(roles.OriginOf)]) { ReadNames = read };
            steps.Add(new(node, ImportedOperation.Find(proto.Domain, proto.OpType)!.Read(node)));
        }

        return new(source, graph, steps, roles.Read(source));
    }

    /// <summary>Computes values by name.</summary>
    /// <param name="known">Inputs and stored tensors.</param>
    /// <param name="names">The values that are wanted.</param>
    /// <param name="training">Whether batch normalisation and dropout are in training mode.</param>
    /// <param name="batch">How many rows there are, and how many the file was made for.</param>
    public Tensor[] Run(Dictionary<string, Tensor> known, IReadOnlyList<string> names, bool training, (long Now, long Made) batch)
    {
        using var scope = NewDisposeScope();
        List<ImportedStep> needed = Needed(names, known);
        Dictionary<string, int> readers = needed.SelectMany(step => step.Node.Inputs).Concat(names).GroupBy(name => name).ToDictionary(group => group.Key, group => group.Count());
        Dictionary<string, Tensor> made = [];
        foreach (ImportedStep step in needed)
        {
            Tensor?[] inputs = [.. step.Node.Inputs.Select(Find)];
            Tensor[] results = step.Run(inputs, training, batch);
            foreach ((string name, Tensor result) in step.Node.Outputs.Zip(results))
            {
                if (readers.ContainsKey(name)) made.Add(name, result);
                else result.Dispose();
            }

            foreach (string name in step.Node.Inputs.Where(name => name.Length > 0 && --readers[name] == 0 && made.ContainsKey(name)))
            {
                made.Remove(name, out Tensor? done);
                done!.Dispose();
            }
        }

        // Handles of their own: the same value may be asked for twice, or be an input.
        return [.. names.Select(name => Find(name)!.alias().MoveToOuterDisposeScope())];

        Tensor? Find(string name) => name.Length == 0 ? null : made.GetValueOrDefault(name) ?? known.GetValueOrDefault(name)
            ?? throw new InvalidDataException($"'{Source}' is damaged: a node reads '{name}', which nothing gives.");
    }

    private List<ImportedStep> Needed(IReadOnlyList<string> names, Dictionary<string, Tensor> known)
    {
        var read = names.ToHashSet();
        List<ImportedStep> needed = [];
        // From the end: a node's readers come after it.
        foreach (ImportedStep step in steps.Reverse())
        {
            if (!step.Node.Outputs.Any(name => read.Contains(name) && !known.ContainsKey(name))) continue;
            needed.Add(step);
            read.UnionWith(step.Node.Inputs);
        }

        needed.Reverse();
        return needed;
    }

    private static ModelProto Parse(string path, string source)
    {
        using FileStream stream = File.OpenRead(path);
        ModelProto model = Protos.Parse(stream, $"'{source}'");
        return model.Graph.Output.Count > 0 ? model : throw new InvalidDataException($"'{source}' is not an ONNX file: its graph has no outputs. Give a file that an ONNX exporter wrote, whole.");
    }

    // All at once: who sees one may want to know the others.
    private static void RequireKnown(GraphProto graph, string source)
    {
        ILookup<string, NodeProto> unknown = graph.Node.Where(node => node.OpType != "Constant" && ImportedOperation.Find(node.Domain, node.OpType) is null)
            .ToLookup(Protos.FullOperator);
        if (unknown.Count == 0) return;
        throw new NotSupportedException(
            $"'{source}' has operations that have no form in TorchSharp here: {string.Join(", ", unknown.Select(group => $"{group.Key} (node '{group.First().Label()}')"))}. " +
            $"Run the file with ONNX Runtime, or export the network without them. Known are {string.Join(", ", ImportedOperation.Known)}.");
    }
}

/// <summary>A node, and what runs it.</summary>
internal sealed record ImportedStep(ImportedNode Node, Func<ImportedCall, Tensor[]> Function)
{
    /// <summary>The node's results, with handles of their own, in the scope around.</summary>
    public Tensor[] Run(Tensor?[] inputs, bool training, (long Now, long Made) batch)
    {
        using var scope = NewDisposeScope();
        try
        {
            Tensor[] results = Function(new ImportedCall(Node, inputs, training, batch));
            return [.. results.Select(result => (inputs.Any(input => ReferenceEquals(input, result)) ? result.alias() : result).MoveToOuterDisposeScope())];
        }
        catch (Exception e) when (e is not (NotSupportedException or OutOfMemoryException))
        {
            throw Node.Failed(inputs, e);
        }
    }
}

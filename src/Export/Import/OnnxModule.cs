using MLNetGen.Export.Import;
using MLNetGen.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// An ONNX file as a module that runs in TorchSharp and can be trained. Its weights are parameters, the running statistics of its batch normalisations buffers, both named
/// as in the file; <c>train()</c> and <c>eval()</c> are followed by batch normalisation and dropout. It is loaded in evaluation mode, takes any number of rows, and any size that the graph
/// allows, whatever the file declares. <see cref="OnnxExporter"/> writes it again.
/// </summary>
/// <remarks>
/// In training mode a batch normalisation's momentum is the file's, and its running variance PyTorch's, the unbiased one. Which stored tensors are weights is told by the layers that
/// read them, as in <see cref="OnnxSummary"/>; <c>requires_grad</c> of a parameter keeps it as it is.
/// </remarks>
public sealed class OnnxModule : Module<Tensor, Tensor>
{
    private readonly ImportedGraph graph;
    private readonly Dictionary<string, Tensor> constants;

    private OnnxModule(ImportedGraph graph)
        : base(Path.GetFileNameWithoutExtension(graph.Source))
    {
        this.graph = graph;
        constants = graph.Stored.Where(value => value.Role == StoredRole.Constant).ToDictionary(value => value.Name, value => value.Value);
        foreach (StoredValue value in graph.Stored)
        {
            if (value.Role == StoredRole.Parameter) register_parameter(value.Name, new Parameter(value.Value));
            else if (value.Role == StoredRole.Buffer) register_buffer(value.Name, value.Value);
        }

        eval();
    }

    /// <summary>Names of the inputs, in the file's order.</summary>
    public IReadOnlyList<string> InputNames => [.. graph.Inputs.Select(input => input.Name)];

    /// <summary>Names of the outputs, in the file's order.</summary>
    public IReadOnlyList<string> OutputNames => graph.OutputNames;

    /// <summary>Names of the inputs and of every node's results, in the file's order: what <see cref="Values(Tensor, string[])"/> gives.</summary>
    public IReadOnlyList<string> ValueNames => graph.ValueNames;

    /// <summary>How many rows it takes at a time; null for any number, as nearly all files do.</summary>
    public long? OnlyBatch { get; private set; }

    /// <summary>How far it was from ONNX Runtime when it was loaded; null where that was not checked.</summary>
    public OnnxParity? Parity { get; private set; }

    /// <summary>Loads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The check; unset: the defaults.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not an ONNX file, or a damaged one.</exception>
    /// <exception cref="NotSupportedException">An operation, or a setting of it, has no form here; the message names the node.</exception>
    /// <exception cref="InvalidOperationException">The module and ONNX Runtime disagree by more than the tolerance.</exception>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static OnnxModule Load(string path, OnnxModuleOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        if (!(options.Tolerance > 0)) throw new ArgumentException($"Tolerance is {options.Tolerance}; it must be above 0.", nameof(options));
        TorchLibrary.Require();
        using var scope = NewDisposeScope();
        var module = new OnnxModule(ImportedGraph.Read(path));
        try
        {
            if (options.Check) (module.Parity, module.OnlyBatch) = OnnxModuleCheck.Run(module, module.graph, path, options);
            return module;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    /// <summary>Runs a file with one input and one output.</summary>
    /// <param name="input">The input, with any number of rows.</param>
    /// <exception cref="InvalidOperationException">The file has several inputs or outputs (use <see cref="Run"/>), or a node does not take what it is given.</exception>
    public override Tensor forward(Tensor input)
    {
        if (graph.Inputs.Count != 1 || graph.OutputNames.Count != 1)
        {
            throw new InvalidOperationException(
                $"'{graph.Source}' has {graph.Inputs.Count} input(s) ({string.Join(", ", InputNames)}) and {graph.OutputNames.Count} output(s) ({string.Join(", ", OutputNames)}): run it with Run.");
        }

        return Run(input)[0];
    }

    /// <summary>Runs a file with any number of inputs and outputs.</summary>
    /// <param name="inputs">The inputs, in the file's order.</param>
    /// <returns>The outputs, in the file's order.</returns>
    /// <exception cref="ArgumentException">The inputs are not as many as the file's.</exception>
    /// <exception cref="InvalidOperationException">A node does not take what it is given; the message names it.</exception>
    public Tensor[] Run(params Tensor[] inputs) => Values(inputs, graph.OutputNames);

    /// <summary>Values between, by their names in the file; only what they need is computed, and gradients flow through them.</summary>
    /// <inheritdoc cref="Values(IReadOnlyList{Tensor}, IReadOnlyList{string})"/>
    /// <param name="input">The only input.</param>
    /// <param name="names">Some of <see cref="ValueNames"/>.</param>
    public Tensor[] Values(Tensor input, params string[] names) => Values([input], names);

    /// <summary>Values between, by their names in the file; only what they need is computed, and gradients flow through them.</summary>
    /// <param name="inputs">The inputs, in the file's order.</param>
    /// <param name="names">Some of <see cref="ValueNames"/>.</param>
    /// <returns>The values, in the order of the names.</returns>
    /// <exception cref="ArgumentException">The inputs are not as many as the file's, or it has no value of a name.</exception>
    /// <exception cref="InvalidOperationException">A node does not take what it is given; the message names it.</exception>
    public Tensor[] Values(IReadOnlyList<Tensor> inputs, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(names);
        if (inputs.Count != graph.Inputs.Count)
            throw new ArgumentException($"'{graph.Source}' takes {graph.Inputs.Count} input(s) ({string.Join(", ", InputNames)}), but {inputs.Count} were given.", nameof(inputs));
        Dictionary<string, Tensor> known = new(constants);
        foreach ((string name, Parameter parameter) in named_parameters(recurse: false)) known[name] = parameter;
        foreach ((string name, Tensor buffer) in named_buffers(recurse: false)) known[name] = buffer;
        for (int i = 0; i < inputs.Count; i++) known[InputNames[i]] = inputs[i] ?? throw new ArgumentException($"Input '{InputNames[i]}' is null.", nameof(inputs));
        if (names.FirstOrDefault(name => !graph.ValueNames.Contains(name) && !known.ContainsKey(name)) is { } missing)
            throw new ArgumentException($"'{graph.Source}' has no value '{missing}': ValueNames lists them; the last are {string.Join(", ", graph.ValueNames.TakeLast(5).Select(name => $"'{name}'"))}.", nameof(names));
        long rows = inputs.Select(input => input.ndim > 0 ? input.shape[0] : 0).FirstOrDefault();
        if (OnlyBatch is { } only && rows != only)
            throw new InvalidOperationException($"'{graph.Source}' was made for {only} row(s) at a time, and its graph gives other results for more: run it with [{only}, ...], not [{rows}, ...], or export it with a batch of any length.");
        return graph.Run(known, names, training, (rows, graph.FixedBatch));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (Tensor constant in constants.Values) constant.Dispose();
        }

        base.Dispose(disposing);
    }
}

using MLNetGen.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// One call of a module, as its converter sees it: the values that went in, the shapes that came out on the example
/// input, and the means to append nodes. A converter ends by setting every output.
/// </summary>
public sealed class OnnxCall
{
    private readonly OnnxGraph graph;
    private readonly Module module;
    private readonly TracedValue?[] inputs;
    private readonly TracedValue[] results;
    private readonly OnnxValue?[] outputs;

    // Of the results the values are not there yet.
    internal OnnxCall(OnnxGraph graph, Module module, string path, TracedValue?[] inputs, TracedValue[] results)
    {
        this.graph = graph;
        this.module = module;
        Path = path;
        this.inputs = inputs;
        this.results = results;
        outputs = new OnnxValue?[results.Length];
    }

    /// <summary>Path of the module from the root, for instance <c>encoder.layers.0</c>.</summary>
    public string Path { get; }

    /// <summary>The file's operator set version, 13 to 21.</summary>
    public int Opset => graph.Opset;

    /// <summary>How many tensors the module was called with.</summary>
    public int InputCount => inputs.Length;

    /// <summary>How many tensors the module returned.</summary>
    public int OutputCount => outputs.Length;

    /// <summary>An input of the call.</summary>
    /// <exception cref="InvalidOperationException">That optional input was null in this call.</exception>
    public OnnxValue Input(int index = 0) => inputs[index]?.X
        ?? throw new InvalidOperationException($"Input {index} of '{Path}' was null in this call; check HasInput first.");

    /// <summary>Whether an optional input was given.</summary>
    public bool HasInput(int index) => index < inputs.Length && inputs[index] is not null;

    /// <summary>Shape of an input on the example input; the first axis is the batch.</summary>
    public long[] InputShape(int index = 0) => [.. inputs[index]!.Shape];

    /// <summary>Shape of an output on the example input; the first axis is the batch.</summary>
    public long[] OutputShape(int index = 0) => [.. results[index].Shape];

    /// <summary>
    /// Whether an axis of an input has another length from run to run: the batch, a dynamic height. Such a length must not
    /// be written into the file; <see cref="OnnxValue.Shape"/> gives it when the file runs.
    /// </summary>
    /// <param name="axis">The axis; negative ones count from the last.</param>
    /// <param name="input">Which input.</param>
    public bool IsDynamic(int axis, int input = 0) => inputs[input]!.IsDynamic(axis);

    /// <summary>Whether an axis of an output has another length from run to run.</summary>
    /// <param name="axis">The axis; negative ones count from the last.</param>
    /// <param name="output">Which output.</param>
    public bool IsOutputDynamic(int axis, int output = 0) => results[output].IsDynamic(axis);

    /// <summary>A parameter or buffer of the module, stored once in the file, under its path, even when shared.</summary>
    public OnnxValue Weight(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return graph.Weight(tensor);
    }

    /// <summary>A weight that the file wants in another form than the module has it; stored once however often the module is called.</summary>
    internal OnnxValue DerivedWeight(Tensor tensor, string name) => graph.DerivedWeight(tensor, name);

    /// <summary>A float32 number.</summary>
    public OnnxValue Constant(double value) => graph.Constant((float)value);

    /// <summary>A float32 tensor, its elements in row-major order.</summary>
    public OnnxValue Constant(float[] values, params long[] shape) => graph.Constant(values, shape);

    /// <summary>A vector of 64-bit integers: shapes, axes, pads.</summary>
    public OnnxValue Constant(long[] values) => graph.Constant(values);

    /// <summary>Appends a node with one result.</summary>
    /// <param name="operation">The ONNX operator, for instance <c>Conv</c>.</param>
    /// <param name="inputs">Its inputs; null for an optional one left out.</param>
    /// <param name="attributes">Names and values of its attributes.</param>
    public OnnxValue Node(string operation, OnnxValue?[] inputs, params (string Name, OnnxAttributeValue Value)[] attributes) =>
        graph.Node(operation, inputs, attributes);

    /// <summary>Appends a node with several results.</summary>
    /// <param name="operation">The ONNX operator, for instance <c>TopK</c>.</param>
    /// <param name="inputs">Its inputs; null for an optional one left out.</param>
    /// <param name="outputCount">How many results it has.</param>
    /// <param name="attributes">Names and values of its attributes.</param>
    public OnnxValue[] Nodes(string operation, OnnxValue?[] inputs, int outputCount, params (string Name, OnnxAttributeValue Value)[] attributes) =>
        graph.Nodes(operation, inputs, outputCount, attributes);

    /// <summary>Values joined along an axis.</summary>
    public OnnxValue Concat(long axis, params OnnxValue[] values) => graph.Node("Concat", values, ("axis", axis));

    /// <summary>Says which value an output of the module is. An input's value makes the output an alias of it.</summary>
    public void SetOutput(OnnxValue value, int index = 0)
    {
        ArgumentNullException.ThrowIfNull(value);
        outputs[index] = value;
    }

    /// <summary>Writes the call as an operation of libtorch whose arguments are the inputs, then settings: numbers, lists of them, weights.</summary>
    internal void Write(string operation, params object?[] settings)
    {
        object result = Operation(operation, [.. inputs, .. settings]).Write();
        OnnxValue[] written = result as OnnxValue[] ?? [result as OnnxValue ?? ((TracedValue)result).X];
        for (int i = 0; i < outputs.Length; i++) SetOutput(written[i], i);
    }

    /// <summary>The call as an operation of libtorch.</summary>
    internal OperationCall Operation(string name, params object?[] arguments) => new(
        graph, new($"aten::{name}", [], [], [], ""), [.. arguments.Select(Argument)], results[0]);

    /// <summary>An input, with its type and lengths; null where an optional one was not given.</summary>
    internal TracedValue? Traced(int input) => inputs.ElementAtOrDefault(input);

    private object? Argument(object? argument) => argument switch
    {
        Tensor tensor => new TracedValue(Weight(tensor), "Float", tensor.shape, new bool[tensor.shape.Length]),
        long[] numbers => numbers.Cast<object?>().ToArray(),
        double[] numbers => numbers.Cast<object?>().ToArray(),
        object?[] list => list.Select(Argument).ToArray(),
        int number => (long)number,
        float number => (double)number,
        _ => argument,
    };

    internal OnnxValue Output(int index) => outputs[index]
        ?? throw new InvalidOperationException(
            $"The ONNX converter of {module.GetType().Name} ('{Path}') did not set output {index}: call SetOutput.");
}

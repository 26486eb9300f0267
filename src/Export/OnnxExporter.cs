using Google.Protobuf;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>
/// Writes TorchSharp modules as ONNX files. The module runs on an example input, in evaluation mode, and libtorch's tracer records every
/// operation of its <c>forward</c>; layers that have a converter become what it writes. Training mode, hooks and random state are as before
/// afterwards, whatever happened.
/// </summary>
/// <remarks>
/// The module runs two more times, on other values and other lengths of the dynamic axes: a graph is fixed, so a module that takes another path for
/// another input is refused, and axes whose lengths change are written as dynamic. Where libtorch's tracer is not known (elsewhere than on Linux
/// x64, Windows and macOS arm64), files are written from layers alone: then arithmetic in <c>forward</c> must be a module of its own (<see cref="Add"/>, <see cref="Concat"/>,
/// <see cref="Reshape"/>, ...), and layers must be run with <c>call</c>; the exporter says where that is not so.
/// </remarks>
public static class OnnxExporter
{
    // With the example, three lengths of every axis that may have any.
    private const int OperationProbes = 2;

    // Lengths asked besides, for numbers that are rounded: so often, and so many each time.
    private const int QuestionTurns = 5, MostQuestions = 16;

    /// <summary>On this thread: exports from layers alone, as where libtorch's tracer is not there. For tests.</summary>
    [field: ThreadStatic]
    internal static bool LayersOnly { get; set; }

    /// <summary>Exports a module with one input to a file, replacing it if it exists.</summary>
    /// <param name="module">The module.</param>
    /// <param name="exampleInput">An input it accepts, on its device; with a dynamic batch any batch size will do.</param>
    /// <param name="path">The file. It is written under a temporary name and moved, so that it is never half written.</param>
    /// <param name="options">Names, operator set, metadata.</param>
    /// <exception cref="InvalidOperationException">A tensor in the module comes from outside of its layers, or a weight is not finite.</exception>
    /// <exception cref="NotSupportedException">A layer, or a setting of it, has no ONNX form.</exception>
    /// <exception cref="ArgumentException">The options or the example do not fit the module.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Export(ExportableModule module, Tensor exampleInput, string path, OnnxExportOptions? options = null) =>
        Export(module, [exampleInput], path, options);

    /// <summary>Exports a module with any number of inputs to a file, replacing it if it exists.</summary>
    /// <inheritdoc cref="Export(ExportableModule, Tensor, string, OnnxExportOptions?)"/>
    /// <param name="module">The module.</param>
    /// <param name="exampleInputs">Inputs it accepts, in order, on its device.</param>
    /// <param name="path">The file. It is written under a temporary name and moved, so that it is never half written.</param>
    /// <param name="options">Names, operator set, metadata.</param>
    public static void Export(ExportableModule module, IReadOnlyList<Tensor> exampleInputs, string path, OnnxExportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelProto model = Build(module, exampleInputs, options ?? new());
        AtomicFile.Write(path, model.WriteTo);
    }

    /// <summary>Exports a module with one input to a stream, which stays open.</summary>
    /// <inheritdoc cref="Export(ExportableModule, Tensor, string, OnnxExportOptions?)"/>
    /// <param name="module">The module.</param>
    /// <param name="exampleInput">An input it accepts, on its device.</param>
    /// <param name="stream">Where the file's bytes go.</param>
    /// <param name="options">Names, operator set, metadata.</param>
    public static void Export(ExportableModule module, Tensor exampleInput, Stream stream, OnnxExportOptions? options = null) =>
        Export(module, [exampleInput], stream, options);

    /// <summary>Exports a module with any number of inputs to a stream, which stays open.</summary>
    /// <inheritdoc cref="Export(ExportableModule, Tensor, string, OnnxExportOptions?)"/>
    /// <param name="module">The module.</param>
    /// <param name="exampleInputs">Inputs it accepts, in order, on its device.</param>
    /// <param name="stream">Where the file's bytes go.</param>
    /// <param name="options">Names, operator set, metadata.</param>
    public static void Export(ExportableModule module, IReadOnlyList<Tensor> exampleInputs, Stream stream, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Build(module, exampleInputs, options ?? new()).WriteTo(stream);
    }

    private static ModelProto Build(ExportableModule module, IReadOnlyList<Tensor> exampleInputs, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(exampleInputs);
        if (options.Opset is < OnnxExportOptions.MinimumOpset or > OnnxExportOptions.MaximumOpset)
        {
            throw new ArgumentException(
                $"Opset is {options.Opset}; it must be {OnnxExportOptions.MinimumOpset} to {OnnxExportOptions.MaximumOpset}.", nameof(options));
        }

        if (options.PixelOutput is not null && options.TopK is not null)
            throw new ArgumentException("PixelOutput and TopK are both set; the first output is a picture or a row of scores: set one of them.", nameof(options));

        ExportableModule whole = module.For(options);
        var tree = new ModuleTree(whole, OnnxConverters.IsLeaf);
        CheckExample(tree, exampleInputs);
        GradientCalls.Refuse(whole, tree);
        string[] inputNames = ValueNames.Of("input", options.InputNames ?? module.InputKeys, exampleInputs.Count);
        using var scope = NewDisposeScope();
        // Copies: a layer may work in place, and one tensor given as two inputs is two inputs still.
        Tensor[] inputs = [.. exampleInputs.Select(Copy)];
        if (options.PixelInput is not null && inputs.Length > 0) inputs[0] = PixelInput.Example(inputs[0]);
        var axes = new InputAxes(inputs, inputNames, options);
        using var mode = new EvaluationMode(module.Module);
        var tracer = new OperationTracer(whole, tree, LayersOnly || Libtorch.Problem is not null);
        List<OperationTrace> traces = Record();
        // A table that the first run made is there in the next one: once more, then.
        if (traces.Any(trace => !OperationWriter.AreSame(traces[0], trace))) traces = Record();
        Ask();
        mode.RestoreBuffers();
        ModelProto model = OperationWriter.Write(traces, tracer, axes, inputNames, whole.OutputKeys, options);
        GraphPasses.Apply(model, options);
        SlotNames.Add(model, options.SlotNames);
        return model;

        List<OperationTrace> Record()
        {
            // Tracing wants inputs that nothing has changed: a copy a run.
            List<OperationTrace> recorded = [tracer.Run([.. inputs.Select(Copy)], "the example input")];
            axes.RequireOneLengthByName(inputNames);
            for (int round = 0; round < OperationProbes; round++) recorded.Add(Probe(round));
            // It may take multiples only, as networks do that halve a picture and double it again.
            if (axes.AnyButBatch && TryProbe(InputAxes.OddRound) is { } odd) recorded.Add(odd);
            return recorded;
        }

        // What a number is that was rounded, three lengths do not tell.
        void Ask()
        {
            var asked = new HashSet<((int Input, int Axis) Place, long Length)>();
            for (int turn = 0; turn < QuestionTurns && traces.TrueForAll(trace => OperationWriter.AreSame(traces[0], trace)); turn++)
            {
                foreach (((int Input, int Axis) Place, long Length) question in OperationWriter.Questions(traces, inputs.Length).Distinct().Where(asked.Add).Take(MostQuestions).ToArray())
                {
                    // Of one element, an axis may be dropped.
                    if (TryProbe(1, question) is { } answer && (question.Length > 1 || OperationWriter.AreSame(traces[0], answer))) traces.Add(answer);
                }
            }
        }

        OperationTrace? TryProbe(int round, ((int Input, int Axis) Place, long Length)? asked = null)
        {
            try
            {
                return Probe(round, asked);
            }
            catch (ArgumentException)
            {
                return null;
            }
        }

        OperationTrace Probe(int round, ((int Input, int Axis) Place, long Length)? asked = null)
        {
            try
            {
                return tracer.Run([.. inputs.Select((input, i) => Copy(axes.Probe(i, input, round, asked: asked)))], axes.ProbeDescription);
            }
            catch (ArgumentException) when (inputs.Any(InputAxes.IsUniform))
            {
                // One index everywhere may be the only one that there is.
                return tracer.Run([.. inputs.Select((input, i) => Copy(axes.Probe(i, input, round, keepUniform: true, asked)))], axes.ProbeDescription);
            }
        }
    }

    private static Tensor Copy(Tensor tensor)
    {
        using Tensor detached = tensor.detach();
        return detached.clone();
    }

    private static void CheckExample(ModuleTree tree, IReadOnlyList<Tensor> inputs)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is null) throw new ArgumentNullException(nameof(inputs), $"Example input {i} is null.");
            if (inputs[i].is_complex())
                throw new NotSupportedException($"Example input {i} has complex numbers, which ONNX files do not take: give it as view_as_real, and take view_as_complex in forward.");
            foreach ((Tensor weight, string path) in tree.Weights)
            {
                if (weight.device_type == inputs[i].device_type && weight.device_index == inputs[i].device_index) continue;
                throw new ArgumentException(
                    $"Example input {i} is on {inputs[i].device}, but '{path}' is on {weight.device}: move the example there with to().", nameof(inputs));
            }
        }
    }
}

using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx;
using static TorchSharp.torch;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace MLNetGen.Export;

/// <summary>Compares an exported file, run by ONNX Runtime on the CPU, with the module it came from.</summary>
public static class OnnxCheck
{
    private static readonly (long Batch, int Times)[] Sizes = [(1, 1), (3, 2)];

    /// <summary>Runs both on the given inputs; the module in evaluation mode, which is undone afterwards.</summary>
    /// <param name="module">The module.</param>
    /// <param name="onnxPath">The exported file.</param>
    /// <param name="inputs">The module's inputs, in order, on its device.</param>
    /// <exception cref="ArgumentException">The module takes gradients in its forward, which libtorch may end the process for where none are kept.</exception>
    /// <exception cref="InvalidOperationException">The two disagree about the number or the shapes of the outputs.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file or the inputs.</exception>
    public static OnnxParity Compare(ExportableModule module, string onnxPath, params IReadOnlyList<Tensor> inputs) =>
        Compare(module, onnxPath, new OnnxExportOptions(), inputs);

    /// <summary>Runs both on the given inputs, the file's own: <c>uint8</c> pictures where it was exported to take them.</summary>
    /// <inheritdoc cref="Compare(ExportableModule, string, IReadOnlyList{Tensor})"/>
    /// <param name="module">The module.</param>
    /// <param name="onnxPath">The exported file.</param>
    /// <param name="options">What the file was exported with: pixels in and out, and top-k, are part of the comparison.</param>
    /// <param name="inputs">The file's inputs, in order, on the module's device.</param>
    public static OnnxParity Compare(
        ExportableModule module, string onnxPath, OnnxExportOptions options, params IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(inputs);
        RefuseGradients(module);
        using InferenceSession session = Open(onnxPath);
        return Compare(module.For(options), session, inputs);
    }

    /// <summary>
    /// Runs both on random inputs at batch sizes 1 and 3 (at the file's own where it is fixed) and keeps the worst; axes
    /// of any other dynamic length have the example's at batch 1 and twice it at batch 3. Floats are uniform in [0, 1),
    /// integers uniform from 0 to the example's greatest; torch's random state is left alone.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="onnxPath">The exported file.</param>
    /// <param name="exampleInputs">Tensors whose shapes, but for dynamic axes, types and devices the inputs take.</param>
    /// <param name="seed">Seed of the random inputs.</param>
    /// <param name="options">What the file was exported with; unset: the defaults.</param>
    /// <exception cref="ArgumentException">The module takes gradients in its forward, which libtorch may end the process for where none are kept.</exception>
    /// <exception cref="InvalidOperationException">The two disagree about the number or the shapes of the outputs.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file or the inputs.</exception>
    public static OnnxParity CompareRandom(
        ExportableModule module, string onnxPath, IReadOnlyList<Tensor> exampleInputs, int seed = 1, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(exampleInputs);
        RefuseGradients(module);
        using InferenceSession session = Open(onnxPath);
        if (session.InputNames.Count != exampleInputs.Count)
            throw new InvalidOperationException($"The file has {session.InputNames.Count} input(s), but {exampleInputs.Count} were given.");

        using var scope = NewDisposeScope();
        Tensor[] examples = [.. exampleInputs];
        if (options?.PixelInput is not null) examples[0] = PixelInput.Example(examples[0]);
        var random = new Random(seed);
        OnnxParity? worst = null;
        bool anyDynamic = session.InputNames.Any(name => Array.Exists(session.InputMetadata[name].Dimensions, length => length < 0));
        foreach ((long batch, int times) in anyDynamic ? Sizes : Sizes[..1])
        {
            Tensor[] inputs = [.. examples.Select((example, i) =>
                Draw(random, example, Lengths(session.InputMetadata[session.InputNames[i]], example, batch, times)))];
            OnnxParity parity = Compare(module.For(options ?? new()), session, inputs);
            worst = worst?.Worst(parity) ?? parity;
        }

        return worst!;
    }

    /// <summary>Runs both on one random input at batch sizes 1 and 3 and keeps the worst.</summary>
    /// <inheritdoc cref="CompareRandom(ExportableModule, string, IReadOnlyList{Tensor}, int, OnnxExportOptions?)"/>
    /// <param name="module">The module.</param>
    /// <param name="onnxPath">The exported file.</param>
    /// <param name="exampleInput">A tensor whose shape, but for dynamic axes, type and device the inputs take.</param>
    /// <param name="seed">Seed of the random inputs.</param>
    /// <param name="options">What the file was exported with; unset: the defaults.</param>
    public static OnnxParity CompareRandom(
        ExportableModule module, string onnxPath, Tensor exampleInput, int seed = 1, OnnxExportOptions? options = null) =>
        CompareRandom(module, onnxPath, [exampleInput], seed, options);

    // Without gradients, as here, libtorch may end the process.
    private static void RefuseGradients(ExportableModule module) => GradientCalls.Refuse(module, new ModuleTree(module, OnnxConverters.IsLeaf));

    private static OnnxParity Compare(ExportableModule module, InferenceSession session, IReadOnlyList<Tensor> inputs)
    {
        if (session.InputNames.Count != inputs.Count)
            throw new InvalidOperationException($"The file has {session.InputNames.Count} input(s), but {inputs.Count} were given.");

        // Outputs that the module made go with the scope; those that it holds stay.
        using var scope = NewDisposeScope();
        Tensor[] expected;
        // On copies: layers may work in place.
        using (new EvaluationMode(module.Module))
            expected = module.Call([.. inputs.Select(x => x.clone())]);
        HeldTensors.Keep(module, scope);

        var feeds = new Dictionary<string, OrtValue>();
        try
        {
            for (int i = 0; i < inputs.Count; i++) feeds.Add(session.InputNames[i], ToOnnx(inputs[i]));
            using var options = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> actual = session.Run(options, feeds, session.OutputNames);
            if (actual.Count != expected.Length)
                throw new InvalidOperationException($"The file has {actual.Count} output(s), the module {expected.Length}.");
            return new([.. expected.Select((y, i) => CompareOutput(session.OutputNames[i], y, actual[i]))]);
        }
        finally
        {
            foreach (OrtValue feed in feeds.Values) feed.Dispose();
        }
    }

    private static OnnxOutputParity CompareOutput(string name, Tensor expected, OrtValue actual)
    {
        long[] shape = actual.GetTensorTypeAndShape().Shape;
        if (!shape.SequenceEqual(expected.shape))
        {
            throw new InvalidOperationException(
                $"Output '{name}' has shape [{string.Join(", ", shape)}] in ONNX Runtime, but [{string.Join(", ", expected.shape)}] in the module.");
        }

        OnnxElementType type = ElementTypes.Of(expected.dtype), given = (OnnxElementType)actual.GetTensorTypeAndShape().ElementDataType;
        if (given != type) throw new InvalidOperationException($"Output '{name}' is of type {given} in ONNX Runtime, but {type} in the module.");
        using var scope = NewDisposeScope();
        // In the file's type.
        Tensor ours = expected.detach().to_type(expected.is_floating_point() ? ScalarType.Float32 : expected.dtype).cpu(), theirs = empty(ours.shape, dtype: ours.dtype);
        theirs.bytes = actual.GetTensorMutableRawData();
        (ours, theirs) = (ours.to_type(ScalarType.Float64), theirs.to_type(ScalarType.Float64));
        // Equal infinities agree; their difference would be NaN.
        double error = Greatest(where(ours.eq(theirs), zeros_like(ours), (ours - theirs).abs())), magnitude = Greatest(where(ours.isfinite(), ours.abs(), zeros_like(ours)));
        return new(name, error, error == 0 ? 0 : error / Math.Max(magnitude, float.Epsilon));
    }

    private static InferenceSession Open(string path)
    {
        // The check is short and shares the machine with libtorch: one thread, and no spinning while it waits.
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        options.LetThreadsSleep();
        return new InferenceSession(path, options);
    }

    private static long[] Lengths(NodeMetadata input, Tensor example, long batch, int times)
    {
        if (example.ndim != input.Dimensions.Length)
        {
            throw new InvalidOperationException(
                $"The file takes {input.Dimensions.Length} axes, but the example has the shape [{string.Join(", ", example.shape)}].");
        }

        return
        [
            .. example.shape.Select((length, axis) => input.Dimensions[axis] >= 0 ? length
                : input.SymbolicDimensions[axis] == InputAxes.Batch ? batch : length * times),
        ];
    }

    private static Tensor Draw(Random random, Tensor example, long[] shape)
    {
        int count = checked((int)shape.Aggregate(1L, (a, b) => a * b));
        long greatest = example.is_floating_point() ? 0 : (long)Math.Max(0, Greatest(example));
        using Tensor drawn = example.is_floating_point()
            ? tensor([.. Enumerable.Range(0, count).Select(_ => random.NextSingle())], shape)
            : tensor([.. Enumerable.Range(0, count).Select(_ => random.NextInt64(greatest + 1))], shape);
        return drawn.to(example.dtype, example.device);
    }

    // 0 of none; NaN where there is one.
    private static double Greatest(Tensor numbers)
    {
        if (numbers.numel() == 0) return 0;
        using Tensor wide = numbers.to_type(ScalarType.Float64), greatest = wide.max();
        return greatest.item<double>();
    }

    private static OrtValue ToOnnx(Tensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)ElementTypes.Of(tensor.dtype), tensor.shape);
        TensorBytes.Of(tensor).CopyTo(value.GetTensorMutableRawData());
        return value;
    }
}

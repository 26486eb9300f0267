using System.Globalization;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Export.Import;

/// <summary>Compares a loaded module with ONNX Runtime, and finds whether a file made for a fixed batch takes any.</summary>
internal static class OnnxModuleCheck
{
    // Rows that the check gives where there may be any number.
    private const long AnyBatch = 2;

    /// <summary>How far they are apart, and the only batch that the module takes; null for any.</summary>
    /// <exception cref="InvalidOperationException">They are too far apart.</exception>
    public static (OnnxParity Parity, long? OnlyBatch) Run(OnnxModule module, ImportedGraph graph, string path, OnnxModuleOptions options)
    {
        using var scope = NewDisposeScope();
        var random = new Random(options.Seed);
        var lengths = new InputLengths(null);
        long[][] shapes = [.. graph.Inputs.Select(input => ShapeOf(input, lengths, graph, options))];
        Tensor[] Draw(long times) => [.. graph.Inputs.Select((input, i) => Numbers(random, input, shapes[i] is [var first, .. var rest] && graph.FixedBatch > 0 ? [first * times, .. rest] : shapes[i]))];
        OnnxParity parity = OnnxCheck.Compare(ExportableModule.Of(module, module.Run), path, Draw(1));
        if (!parity.IsWithin(options.Tolerance))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"'{graph.Source}' gives other results here than in ONNX Runtime: {parity}; at most {options.Tolerance:G3} is allowed. Run the file with ONNX Runtime, or allow more with Tolerance."));
        }

        return (parity, graph.FixedBatch == 0 || IsByRow(module, graph, Draw(2), options) ? null : graph.FixedBatch);
    }

    // Twice the rows give what each half gives by itself.
    private static bool IsByRow(OnnxModule module, ImportedGraph graph, Tensor[] inputs, OnnxModuleOptions options)
    {
        using var mode = new EvaluationMode(module);
        Tensor[][] halves = [.. Enumerable.Range(0, 2).Select(half => module.Run([.. inputs.Select(input => input.ndim == 0 ? input : input.narrow(0, half * (input.shape[0] / 2), input.shape[0] / 2))]))];
        Tensor[] together;
        try
        {
            together = module.Run(inputs);
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        return graph.OutputNames.Select((_, i) => IsLike(together[i], halves[0][i], halves[1][i], options.Tolerance)).All(like => like);
    }

    private static bool IsLike(Tensor whole, Tensor first, Tensor second, double tolerance)
    {
        if (whole.ndim == 0 || first.ndim != whole.ndim) return false;
        using Tensor halves = cat([first, second], 0);
        if (!whole.shape.SequenceEqual(halves.shape)) return false;
        if (!whole.is_floating_point()) return whole.equal(halves).all().item<bool>();
        double magnitude = halves.numel() == 0 ? 0 : halves.abs().max().ToDouble();
        return halves.numel() == 0 || (whole - halves).abs().max().ToDouble() <= tolerance * magnitude;
    }

    private static long[] ShapeOf(ValueInfoProto input, InputLengths lengths, ImportedGraph graph, OnnxModuleOptions options)
    {
        if (lengths.Choose(input) is not { } shape)
            throw new NotSupportedException($"Input '{input.Name}' of '{graph.Source}' says nothing of its shape, so that no example can be drawn: load it with Check = false.");
        TensorShapeProto declared = input.Type.TensorType.Shape;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            TensorShapeProto.Types.Dimension length = declared.Dim[axis];
            if (length.DimValue > 0) continue;
            if (options.Lengths.TryGetValue(length.DimParam, out long given)) shape[axis] = given;
            else if (axis == 0 || length.DimParam.Contains("batch", StringComparison.OrdinalIgnoreCase)) shape[axis] = AnyBatch;
        }

        return shape;
    }

    // Floats from 0 to 1, bytes of any value, and whole numbers that are 0 or 1, which any table has.
    private static Tensor Numbers(Random random, ValueInfoProto input, long[] shape)
    {
        ScalarType type = StoredValues.TypeOf(input.Type.TensorType.ElemType)
            ?? throw new NotSupportedException($"Input '{input.Name}' has elements of type {TensorElements.NameOf(input.Type.TensorType.ElemType)}, which TorchSharp does not have.");
        int count = checked((int)TensorElements.CountOf(shape));
        bool isFloating = type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16;
        using Tensor drawn = isFloating ? tensor([.. Enumerable.Range(0, count).Select(_ => random.NextSingle())], shape)
            : tensor([.. Enumerable.Range(0, count).Select(_ => random.NextInt64(type == ScalarType.Byte ? 256 : 2))], shape);
        return drawn.to_type(type);
    }
}

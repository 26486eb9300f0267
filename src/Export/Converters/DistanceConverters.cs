using TorchSharp.Modules;

namespace MLNetGen.Export.Converters;

internal static class DistanceConverters
{
    public static Converter[] All { get; } =
        [Converter.For<CosineSimilarity>(WriteCosineSimilarity), Converter.For<PairwiseDistance>(WritePairwiseDistance)];

    // Each norm is eps at least.
    private static void WriteCosineSimilarity(CosineSimilarity layer, OnnxCall call)
    {
        RequireEqualRanks(call);
        long[] axis = [layer.dim];
        OnnxValue left = call.Input(0), right = call.Input(1);
        OnnxValue Norm(OnnxValue x) => x.Square().ReduceSum(axis, keepDimensions: false).Sqrt().Clip(minimum: layer.eps);
        call.SetOutput((left * right).ReduceSum(axis, keepDimensions: false) / (Norm(left) * Norm(right)));
    }

    private static void WritePairwiseDistance(PairwiseDistance layer, OnnxCall call)
    {
        RequireEqualRanks(call);
        long[] last = [-1];
        OnnxValue difference = (call.Input(0) - call.Input(1) + layer.eps).Node("Abs");
        call.SetOutput(layer.norm switch
        {
            1 => difference.ReduceSum(last, layer.keepdim),
            2 => difference.Square().ReduceSum(last, layer.keepdim).Sqrt(),
            double.PositiveInfinity => difference.ReduceMax(last, layer.keepdim),
            > 0 => difference.Node("Pow", call.Constant(layer.norm)).ReduceSum(last, layer.keepdim).Node("Pow", call.Constant(1 / layer.norm)),
            _ => throw new NotSupportedException($"'{call.Path}' is a PairwiseDistance of norm {layer.norm}; its ONNX form takes norms above 0."),
        });
    }

    private static void RequireEqualRanks(OnnxCall call)
    {
        if (call.InputShape(0).Length != call.InputShape(1).Length)
        {
            throw new NotSupportedException(
                $"'{call.Path}' was called on [{string.Join(", ", call.InputShape(0))}] and [{string.Join(", ", call.InputShape(1))}]; its ONNX form takes inputs with equally many axes.");
        }
    }
}

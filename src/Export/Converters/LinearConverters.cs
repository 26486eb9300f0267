using TorchSharp.Modules;

namespace MLNetGen.Export.Converters;

internal static class LinearConverters
{
    public static Converter[] All { get; } = [Converter.Layer<Linear>(WriteLinear), Converter.For<Bilinear>(WriteBilinear)];

    // y = x·Wᵀ + b. Gemm takes matrices only; with more axes it is a product over the last one.
    private static OnnxValue WriteLinear(Linear layer, OnnxValue x, OnnxCall call)
    {
        OnnxValue weight = call.Weight(layer.weight);
        OnnxValue? bias = layer.bias is null ? null : call.Weight(layer.bias);
        if (call.InputShape().Length == 2) return call.Node("Gemm", [x, weight, bias], ("transB", 1));

        OnnxValue product = x.Node("MatMul", weight.Transpose(1, 0));
        return bias is null ? product : product + bias;
    }

    // y_k = x1ᵀ·W_k·x2 + b_k: all W_k side by side are one matrix, and what it gives is one row of k for x2.
    private static void WriteBilinear(Bilinear layer, OnnxCall call)
    {
        long[] leading = new long[call.InputShape().Length - 1];
        OnnxValue matrix = call.Weight(layer.weight).Transpose(1, 0, 2).Reshape(layer.in1_features, layer.out_features * layer.in2_features);
        OnnxValue rows = call.Input(0).Node("MatMul", matrix).Reshape([.. leading, layer.out_features, layer.in2_features]);
        OnnxValue last = call.Constant([-1L]);
        OnnxValue product = rows.Node("MatMul", call.Input(1).Node("Unsqueeze", last)).Node("Squeeze", last);
        call.SetOutput(layer.bias is null ? product : product + call.Weight(layer.bias));
    }
}

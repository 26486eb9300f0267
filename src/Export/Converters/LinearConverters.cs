using TorchSharp.Modules;

namespace MLNetGen.Export.Converters;

internal static class LinearConverters
{
    public static Converter[] All { get; } = [Converter.Layer<Linear>(WriteLinear)];

    // y = x·Wᵀ + b. Gemm takes matrices only; with more axes it is a product over the last one.
    private static OnnxValue WriteLinear(Linear layer, OnnxValue x, OnnxCall call)
    {
        OnnxValue weight = call.Weight(layer.weight);
        OnnxValue? bias = layer.bias is null ? null : call.Weight(layer.bias);
        if (call.InputShape().Length == 2) return call.Node("Gemm", [x, weight, bias], ("transB", 1));

        OnnxValue product = x.Node("MatMul", weight.Transpose(1, 0));
        return bias is null ? product : product + bias;
    }
}

using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>What inspection knows about ONNX's operators.</summary>
internal static class Operators
{
    /// <summary>Whether a layer's own inputs are weights by definition, however the file stores them.</summary>
    public static bool HasWeights(string operation) => operation is
        "Conv" or "ConvTranspose" or "ConvInteger" or "QLinearConv" or "FusedConv" or "Gemm" or "FusedGemm" or "MatMul" or "MatMulInteger" or "QLinearMatMul"
        or "FusedMatMul" or "BatchNormalization" or "InstanceNormalization" or "GroupNormalization" or "LayerNormalization" or "SkipLayerNormalization"
        or "LSTM" or "GRU" or "RNN" or "PRelu" or "Gather";

    /// <summary>Whether an input is no parameter even when it is stored: statistics, sizes, limits, scales of quantisation.</summary>
    public static bool IsSetting(string operation, int input) => operation switch
    {
        "BatchNormalization" => input >= 3,
        "Resize" or "Upsample" or "Clip" or "Pad" or "Dropout" or "QuantizeLinear" or "DequantizeLinear" or "OneHot" => input >= 1,
        "LSTM" => input is 5 or 6,
        "GRU" or "RNN" => input == 5,
        "QLinearConv" => input is not (0 or 3 or 8),
        "QLinearMatMul" => input is not (0 or 3),
        _ => false,
    };

    public static bool IsBookkeeping(string operation) => operation is "Constant" or "Identity" or "Shape" or "Size";
}

internal static class Subgraphs
{
    /// <summary>The branches of an If, the body of a Loop or a Scan.</summary>
    public static IEnumerable<GraphProto> Of(NodeProto node) =>
        node.Attribute.SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G));
}

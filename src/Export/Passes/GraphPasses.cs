using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Export;

/// <summary>What is done to a graph once it is written, in this order.</summary>
internal static class GraphPasses
{
    public static void Apply(ModelProto model, OnnxExportOptions options)
    {
        if (options.FoldBatchNorm) BatchNormFolding.Apply(model.Graph);
        if (options.FoldConstants) ConstantFolding.Apply(model);
        UnusedParts.Remove(model.Graph);
        if (options.WeightType == OnnxWeightType.Float16) HalfWeights.Apply(model.Graph);
        long bytes = model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);
        if (bytes > int.MaxValue - (16 << 20))
        {
            throw new NotSupportedException(
                $"The weights take {bytes / (1024.0 * 1024 * 1024):F1} GB; an ONNX file holds at most 2 GB: set WeightType to Float16, or export the network in parts.");
        }
    }
}

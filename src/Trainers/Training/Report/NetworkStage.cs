using MLNetGen.Export;

namespace MLNetGen;

/// <summary>A layer with weights and what follows it up to the next: one block of a <see cref="NetworkDiagram"/>.</summary>
/// <param name="Name">The layer, such as <c>Conv</c>.</param>
/// <param name="Settings">Its own, such as <c>4×4 s2 p1</c>; may be empty.</param>
/// <param name="Followers">What works on its output, such as <c>BatchNorm</c>.</param>
/// <param name="Shape">Of the output, without the batch: [channels, height, width] or [length].</param>
/// <param name="Parameters">Trained numbers in it.</param>
internal sealed record NetworkStage(string Name, string Settings, IReadOnlyList<string> Followers, IReadOnlyList<long> Shape, long Parameters)
{
    // ONNX's names and those that people use.
    private static readonly Dictionary<string, string> Weighted = new()
    {
        ["Conv"] = "Conv",
        ["ConvTranspose"] = "ConvTranspose",
        ["Gemm"] = "Dense",
        ["MatMul"] = "Dense",
    };

    private static readonly Dictionary<string, string> Shown = new()
    {
        ["BatchNormalization"] = "BatchNorm",
        ["InstanceNormalization"] = "InstanceNorm",
        ["LeakyRelu"] = "LeakyReLU",
        ["Relu"] = "ReLU",
        ["Tanh"] = "tanh",
        ["Sigmoid"] = "sigmoid",
    };

    /// <summary>The stages of an ONNX file, in order.</summary>
    public static IReadOnlyList<NetworkStage> Of(OnnxSummary network)
    {
        List<NetworkStage> stages = [];
        string before = "";
        foreach (OnnxLayer layer in network.Layers.Where(layer => !layer.IsBookkeeping && layer.OutputShape is not null))
        {
            long[] shape = [.. layer.OutputShape!.Skip(1)];
            if (Weighted.TryGetValue(layer.Operator, out string? name))
            {
                // A dense layer's sizes are those of the blocks beside it.
                stages.Add(new(before + name, name == "Dense" ? "" : layer.Settings, [], shape, layer.Parameters));
                before = "";
            }
            else if (layer.Operator is "Resize" or "Upsample")
            {
                before = "×2, ";
            }
            else if (stages.Count > 0)
            {
                NetworkStage last = stages[^1];
                IReadOnlyList<string> followers = Shown.TryGetValue(layer.Operator, out string? follower) ? [.. last.Followers, follower] : last.Followers;
                bool flat = layer.Operator == "Flatten";
                stages[^1] = last with { Followers = followers, Shape = flat ? last.Shape : shape, Parameters = last.Parameters + layer.Parameters };
            }
        }
        return stages;
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export.Converters;

/// <summary>The parameters of an attention layer by what they do. Query, key and value have their matrices in one, or each its own.</summary>
internal sealed class AttentionWeights
{
    private readonly Dictionary<string, Parameter> parameters;

    public AttentionWeights(MultiheadAttention layer)
    {
        parameters = layer.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        Size = Output.shape[0];
    }

    /// <summary>Features of the query, of the output, and of all heads together.</summary>
    public long Size { get; }

    public Tensor Query => Part("q_proj_weight", 0);

    public Tensor Key => Part("k_proj_weight", 1);

    public Tensor Value => Part("v_proj_weight", 2);

    public Tensor? QueryBias => BiasPart(0);

    public Tensor? KeyBias => BiasPart(1);

    public Tensor? ValueBias => BiasPart(2);

    public Parameter Output => parameters["out_proj.weight"];

    public Parameter? OutputBias => parameters.GetValueOrDefault("out_proj.bias");

    /// <summary>A key that every query sees besides those given: [1, 1, size]; null without <c>add_bias_kv</c>.</summary>
    public Parameter? AddedKey => parameters.GetValueOrDefault("bias_k");

    public Parameter? AddedValue => parameters.GetValueOrDefault("bias_v");

    private Tensor Part(string own, int index) =>
        parameters.TryGetValue(own, out Parameter? weight) ? weight : parameters["in_proj_weight"].narrow(0, index * Size, Size);

    private Tensor? BiasPart(int index) =>
        parameters.TryGetValue("in_proj_bias", out Parameter? bias) ? bias.narrow(0, index * Size, Size) : null;
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>y = x·weightᵀ + bias.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        weight = new Parameter(empty(outputSize, inputSize, device: device, dtype: dtype));
        if (hasBias)
            bias = new Parameter(empty(outputSize, device: device, dtype: dtype));
        WeightInitialization.Default(weight, bias);
    }

    internal Linear(Parameter weight, Parameter? bias)
        : base(nameof(Linear))
    {
        var shape = weight.shape;
        in_features = shape[1];
        out_features = shape[0];
        this.weight = weight;
        if (bias is not null)
            this.bias = bias;
    }

    public long in_features { get; set; }

    public long out_features { get; set; }

    public Parameter weight
    {
        get => field!;
        set => Own(nameof(weight), ref field, value);
    }

    public Parameter? bias
    {
        get;
        set => Own(nameof(bias), ref field, value);
    }

    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight, bias);
}

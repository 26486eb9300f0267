using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>x, or weight·x below 0, the weight learnt.</summary>
public sealed class PReLU : nn.Module<Tensor, Tensor>
{
    internal PReLU(long num_parameters, double init, Device? device, ScalarType? dtype)
        : base(nameof(PReLU))
    {
        this.num_parameters = num_parameters;
        this.init = init;
        weight = new Parameter(empty(num_parameters, device: device, dtype: dtype).fill_(init));
    }

    public long num_parameters { get; }

    public double init { get; }

    public Parameter weight
    {
        get => field!;
        set => Own(nameof(weight), ref field, value);
    }

    public override Tensor forward(Tensor tensor) => nn.functional.prelu(tensor, weight);
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Its input, under a handle of its own.</summary>
public sealed class Identity : ParameterLessModule<Tensor, Tensor>
{
    internal Identity()
        : base(nameof(Identity))
    {
    }

    public override Tensor forward(Tensor tensor) => tensor.alias();
}

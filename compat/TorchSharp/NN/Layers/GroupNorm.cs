using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Normalises groups of channels, sample by sample.</summary>
public sealed class GroupNorm : nn.Module<Tensor, Tensor>
{
    internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device? device, ScalarType? dtype)
        : base(nameof(GroupNorm))
    {
        this.num_groups = num_groups;
        this.eps = eps;
        this.affine = affine;
        if (!affine)
            return;
        // The real one leaves both without values here; these are the ones that PyTorch gives them.
        weight = new Parameter(ones(num_channels, dtype, device));
        bias = new Parameter(zeros(num_channels, dtype, device));
    }

    public long num_groups { get; set; }

    public double eps { get; set; }

    public bool affine { get; set; }

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

    public override Tensor forward(Tensor tensor)
    {
        if (tensor.Dimensions < 3)
            throw new ArgumentException($"Invalid number of dimensions for GroupNorm argument: {tensor.Dimensions}");
        return nn.functional.group_norm(tensor, num_groups, weight, bias, eps);
    }
}

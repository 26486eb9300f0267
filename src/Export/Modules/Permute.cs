using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Axes in another order, as a layer that the exporter sees: <c>new Permute(0, 2, 3, 1)</c> turns [N, C, H, W] into
/// [N, H, W, C].
/// </summary>
public sealed class Permute : Module<Tensor, Tensor>, IOnnxConvertible
{
    private readonly long[] order;

    /// <summary>Creates the layer.</summary>
    /// <param name="order">For every axis of the output, the axis of the input that it is.</param>
    public Permute(params long[] order)
        : base(nameof(Permute))
    {
        ArgumentNullException.ThrowIfNull(order);
        this.order = [.. order];
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.permute(order);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("permute", order);
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Gives every row of a batch another shape, as a layer that the exporter sees.</summary>
/// <remarks>In: [N, ...]. Out: [N, shape...]; <c>new Reshape(64, 7, 7)</c> turns [N, 3136] into [N, 64, 7, 7].</remarks>
public sealed class Reshape : Module<Tensor, Tensor>, IOnnxConvertible
{
    private readonly long[] shape;

    /// <summary>Creates the layer.</summary>
    /// <param name="shape">The shape of a row, without the batch; one length may be -1 for what is left.</param>
    public Reshape(params long[] shape)
        : base(nameof(Reshape))
    {
        ArgumentNullException.ThrowIfNull(shape);
        this.shape = [.. shape];
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.reshape([input.shape[0], .. shape]);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("reshape", (long[])[0, .. shape]);
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>One position of an axis, which disappears, as a layer that the exporter sees.</summary>
/// <remarks><c>new Select(1, -1)</c> takes the last step of [N, length, features].</remarks>
/// <param name="axis">The axis to take from; negative ones count from the last.</param>
/// <param name="index">The position; negative ones count from the end.</param>
public sealed class Select(long axis, long index) : Module<Tensor, Tensor>(nameof(Select)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.select(axis, index);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("select", axis, index);
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Tensors joined along one axis, as a layer that the exporter sees: <c>concat.call([a, b])</c>.
/// </summary>
/// <param name="axis">The axis along which to join; 1 joins channels. Negative ones count from the last.</param>
public sealed class Concat(long axis = 1) : Module<Tensor[], Tensor>(nameof(Concat)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor[] parts) => cat(parts, axis);

    void IOnnxConvertible.ToOnnx(OnnxCall call) =>
        call.SetOutput((OnnxValue)call.Operation("cat", Enumerable.Range(0, call.InputCount).Select(i => (object?)call.Traced(i)).ToArray(), axis).Write());
}

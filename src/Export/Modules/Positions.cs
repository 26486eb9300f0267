using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// The numbers 0, 1, 2, ... along one axis of the input, as a layer that the exporter sees: what an <c>nn.Embedding</c> of
/// learnt positions looks up.
/// </summary>
/// <remarks>In: any tensor whose axis has length T. Out: int64 [T].</remarks>
/// <param name="axis">The axis to count along; negative ones count from the last.</param>
public sealed class Positions(long axis = 1) : Module<Tensor, Tensor>(nameof(Positions)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return arange(0, input.shape[Place(input.ndim)], dtype: ScalarType.Int64, device: input.device);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.SetOutput((OnnxValue)call.Operation("arange",
        OperationCall.Lengths(call.Traced(0)!)[Place(call.InputShape().Length)], null, null, null, null).Write());

    private int Place(long rank) => (int)(axis < 0 ? axis + rank : axis);
}

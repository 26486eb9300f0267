using MLNetGen.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// What a network gives to pictures as programs have them: float32 [N, C, H, W] → <c>uint8</c> [N, H, W, C], as
/// <c>value · Scale + Offset</c> by channel, rounded to the nearest and limited to 0–255. A layer like any other, and an
/// option of the exporter (<see cref="OnnxExportOptions.PixelOutput"/>).
/// </summary>
public sealed class PixelOutput : Module<Tensor, Tensor>, IOnnxConvertible
{
    private readonly ChannelArithmetic arithmetic;

    /// <summary>Creates the layer. By default 0 to 1 become 0 to 255.</summary>
    /// <param name="scale">What a value is multiplied with: one number, or one a channel of the network. Default 255; for tanh 127.5.</param>
    /// <param name="offset">What is added then: one number, or one a channel of the network. Default 0; for tanh 127.5.</param>
    /// <param name="reverseChannels">Whether the network has the channels in the other order than the pictures: RGB and BGR.</param>
    public PixelOutput(double[]? scale = null, double[]? offset = null, bool reverseChannels = false)
        : base(nameof(PixelOutput)) => arithmetic = new(scale ?? [255], offset ?? [0], reverseChannels);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.ndim != 4)
        {
            throw new ArgumentException(
                $"PixelOutput needs a network that gives [N, C, H, W]; this one gives [{string.Join(", ", input.shape)}].", nameof(input));
        }

        arithmetic.Check(input.shape[1], nameof(PixelOutput));
        using var scope = NewDisposeScope();
        Tensor pixels = arithmetic.Apply(input).round().clamp(0, 255).to_type(ScalarType.Byte);
        return arithmetic.Ordered(pixels).permute(0, 2, 3, 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void ToOnnx(OnnxCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        OnnxValue pixels = arithmetic.Apply(call, call.Input()).Node("Round").Clip(0, 255).Cast(OnnxElementType.UInt8);
        call.SetOutput(arithmetic.Ordered(call, pixels, call.InputShape()[1]).Transpose(0, 2, 3, 1));
    }
}

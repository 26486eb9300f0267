using MLNetGen.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Pictures as programs have them to what a network takes: <c>uint8</c> [N, H, W, C] → float32 [N, C, H, W], as
/// <c>pixel · Scale + Offset</c> by channel. A layer like any other, and an option of the exporter
/// (<see cref="OnnxExportOptions.PixelInput"/>).
/// </summary>
public sealed class PixelInput : Module<Tensor, Tensor>, IOnnxConvertible
{
    private readonly ChannelArithmetic arithmetic;

    /// <summary>Creates the layer. By default pixels become 0 to 1.</summary>
    /// <param name="scale">What a pixel (0–255) is multiplied with: one number, or one a channel of the network. Default 1/255.</param>
    /// <param name="offset">What is added then: one number, or one a channel of the network. Default 0.</param>
    /// <param name="reverseChannels">Whether the network has the channels in the other order than the pictures: RGB and BGR.</param>
    public PixelInput(double[]? scale = null, double[]? offset = null, bool reverseChannels = false)
        : base(nameof(PixelInput)) => arithmetic = new(scale ?? [1 / 255.0], offset ?? [0], reverseChannels);

    /// <summary>Pixels as <c>(pixel / 255 − mean) / deviation</c>, by channel.</summary>
    /// <param name="mean">One number, or one a channel; torchvision's networks: 0.485, 0.456, 0.406.</param>
    /// <param name="deviation">One number, or one a channel; torchvision's networks: 0.229, 0.224, 0.225.</param>
    /// <param name="reverseChannels">Whether the network has the channels in the other order than the pictures.</param>
    public static PixelInput Normalized(double[] mean, double[] deviation, bool reverseChannels = false)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        if (mean.Length != deviation.Length)
            throw new ArgumentException($"{mean.Length} mean(s) and {deviation.Length} deviation(s) were given; give one of each a channel.", nameof(mean));
        return new(Array.ConvertAll(deviation, d => 1 / (255 * d)), [.. mean.Zip(deviation, (m, d) => -m / d)], reverseChannels);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.ndim == 4) arithmetic.Check(input.shape[3], nameof(PixelInput));
        using var scope = NewDisposeScope();
        Tensor planes = arithmetic.Ordered(input.permute(0, 3, 1, 2)).to_type(ScalarType.Float32);
        return arithmetic.Apply(planes).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void ToOnnx(OnnxCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        OnnxValue planes = arithmetic.Ordered(call, call.Input().Transpose(0, 3, 1, 2), call.OutputShape()[1]);
        call.SetOutput(arithmetic.Apply(call, planes.Cast(OnnxElementType.Float)));
    }

    /// <summary>Pictures for a network whose own example is this.</summary>
    internal static Tensor Example(Tensor networkExample)
    {
        if (networkExample.dtype == ScalarType.Byte) return networkExample.alias();
        long[] shape = networkExample.shape;
        if (shape.Length != 4)
        {
            throw new ArgumentException(
                $"PixelInput needs an example of four axes, [N, C, H, W], but it has the shape [{string.Join(", ", shape)}].", nameof(networkExample));
        }

        using var scope = NewDisposeScope();
        long count = networkExample.numel();
        Tensor values = arange(count, dtype: ScalarType.Int64, device: networkExample.device) * 37 % 256;
        return values.to_type(ScalarType.Byte).reshape(shape[0], shape[2], shape[3], shape[1]).MoveToOuterDisposeScope();
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What transposed convolutions of every dimension share.</summary>
public abstract class ConvolutionTranspose : Convolution
{
    protected ConvolutionTranspose(
        string name,
        long in_channels,
        long out_channels,
        long[] kernel_size,
        long[] stride,
        long[]? padding,
        Padding? padding_type,
        long[] dilation,
        bool transposed,
        long[] output_padding,
        long groups,
        bool bias,
        PaddingModes padding_mode,
        Device? device = null,
        ScalarType? dtype = null)
        : base(
            name, in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, transposed, output_padding,
            groups, bias, padding_mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input) => forward(input, null);

    public abstract Tensor forward(Tensor input, long[]? output_size);

    /// <summary>The output padding that gives the output size asked for; without one, the layer's own.</summary>
    protected long[] _output_padding(
        Tensor input, long[]? output_size, long[] kernel_size, long[] stride, long[] padding, long[] dilation, long num_spatial_dims)
    {
        int dimensions = (int)num_spatial_dims;
        // The real one uses the first dimension's number for all of them.
        if (output_size is null)
            return [.. Enumerable.Repeat(output_padding[0], dimensions)];

        var shape = input.shape;
        int leading = shape.Length == dimensions + 2 ? 2 : 1;
        if (output_size.Length == leading + dimensions)
            output_size = output_size[leading..];
        if (output_size.Length != dimensions)
            throw new ArgumentException(
                $"ConvTranspose{dimensions}D: for {shape.Length}D input, output_size must have {dimensions} or {leading + dimensions} elements (got {output_size.Length})",
                nameof(input));

        var extra = new long[dimensions];
        for (int d = 0; d < dimensions; d++)
        {
            long smallest = (shape[d + leading] - 1) * stride[d] - 2 * padding[d] + dilation[d] * (kernel_size[d] - 1) + 1;
            extra[d] = output_size[d] - smallest;
            if (extra[d] < 0 || extra[d] >= stride[d])
                throw new ArgumentException(
                    $"Requested an output size of [{string.Join(", ", output_size)}], but valid sizes range from {smallest} to {smallest + stride[d] - 1}");
        }
        return extra;
    }
}

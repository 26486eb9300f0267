using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What convolutions of every dimension share, transposed ones too.</summary>
public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    // The padding as F.pad takes it: last dimension first, each number twice.
    protected long[] _reversed_padding_repeated_twice = [];

    protected Convolution(
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
        : base(name)
    {
        if (transposed && padding_mode != PaddingModes.Zeros)
            throw new ArgumentException("Only PaddingModes.Zeros is supported for ConvTransposeND", nameof(padding_mode));

        this.in_channels = in_channels;
        this.out_channels = out_channels;
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.dilation = dilation;
        this.transposed = transposed;
        this.output_padding = output_padding;
        this.groups = groups;
        this.padding_mode = padding_mode;
        if (padding_type is { } type)
            SetPadding(type);
        else
            SetPadding(padding ?? new long[kernel_size.Length]);

        long[] shape = transposed
            ? [in_channels, out_channels / groups, .. kernel_size]
            : [out_channels, in_channels / groups, .. kernel_size];
        weight = new Parameter(empty(shape, device: device, dtype: dtype));
        if (bias)
            this.bias = new Parameter(empty(out_channels, device: device, dtype: dtype));
        reset_parameters();
    }

    public long in_channels { get; }

    public long out_channels { get; }

    public bool transposed { get; }

    public Padding? padding_type { get; private set; }

    public long[]? padding { get; private set; }

    public PaddingModes padding_mode { get; set; }

    public long groups { get; set; }

    public long[] kernel_size { get; set; }

    public long[] stride { get; set; }

    public long[] dilation { get; set; }

    public long[] output_padding { get; set; }

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

    public void reset_parameters() => WeightInitialization.Default(weight, bias);

    public void SetPadding(long[] padding)
    {
        padding_type = null;
        this.padding = padding;
        _reversed_padding_repeated_twice = [.. padding.Reverse().SelectMany(size => new[] { size, size })];
    }

    public void SetPadding(Padding padding)
    {
        if (transposed)
            throw new ArgumentException("Cannot set padding type on ConvTransposeND");
        if (padding == Padding.Same && stride.Any(step => step != 1))
            throw new ArgumentException("padding='same' is not supported for strided convolutions");

        this.padding = null;
        padding_type = padding;
        int dimensions = kernel_size.Length;
        _reversed_padding_repeated_twice = new long[2 * dimensions];
        if (padding != Padding.Same)
            return;
        for (int i = 0; i < dimensions; i++)
        {
            long total = dilation[i] * (kernel_size[i] - 1), before = total / 2;
            int at = 2 * (dimensions - 1 - i);
            _reversed_padding_repeated_twice[at] = before;
            _reversed_padding_repeated_twice[at + 1] = total - before;
        }
    }

    /// <summary>Is the input a batch or one sample of in_channels channels?</summary>
    protected bool ValidateShape(Tensor input, long dimensions)
    {
        var shape = input.shape;
        return (shape.Length == dimensions + 2 && shape[1] == in_channels)
            || (shape.Length == dimensions + 1 && shape[0] == in_channels);
    }

    private protected void CheckInput(Tensor input, int dimensions)
    {
        if (!ValidateShape(input, dimensions))
            throw new ArgumentException(
                $"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input with {in_channels} channels to {GetName()}.");
    }
}

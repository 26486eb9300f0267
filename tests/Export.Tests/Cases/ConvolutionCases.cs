using TorchSharp;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Cases;

internal static class ConvolutionCases
{
    public static Dictionary<string, Func<Random, LayerCase>> All { get; } = new()
    {
        ["Conv1d"] = r => Convolution(r, 1, PaddingModes.Zeros),
        ["Conv2d"] = r => Convolution(r, 2, PaddingModes.Zeros),
        ["Conv3d"] = r => Convolution(r, 3, PaddingModes.Zeros),
        ["Conv1d same"] = r => Same(r, 1),
        ["Conv2d same"] = r => Same(r, 2),
        ["Conv3d same"] = r => Same(r, 3),
        ["Conv1d reflect"] = r => Convolution(r, 1, PaddingModes.Reflect),
        ["Conv2d reflect"] = r => Convolution(r, 2, PaddingModes.Reflect),
        ["Conv3d reflect"] = r => Convolution(r, 3, PaddingModes.Reflect),
        ["Conv1d replicate"] = r => Convolution(r, 1, PaddingModes.Replicate),
        ["Conv2d replicate"] = r => Convolution(r, 2, PaddingModes.Replicate),
        ["Conv3d replicate"] = r => Convolution(r, 3, PaddingModes.Replicate),
        ["Conv1d circular"] = r => Convolution(r, 1, PaddingModes.Circular),
        ["Conv2d circular"] = r => Convolution(r, 2, PaddingModes.Circular),
        ["Conv3d circular"] = r => Convolution(r, 3, PaddingModes.Circular),
        ["ConvTranspose1d"] = r => Transposed(r, 1),
        ["ConvTranspose2d"] = r => Transposed(r, 2),
        ["ConvTranspose3d"] = r => Transposed(r, 3),
    };

    private static LayerCase Convolution(Random r, int axes, PaddingModes mode)
    {
        long groups = r.Next(1, 4), input = groups * r.Next(1, 3), output = groups * r.Next(1, 3);
        long[] kernel = r.Many(axes, 1, 4), stride = r.Many(axes, 1, 3), padding = r.Many(axes, 0, 3), dilation = r.Many(axes, 1, 3);
        bool bias = r.Coin();
        // Long enough for the window, and for what is mirrored or goes round.
        long[] row = r.Row(input, [.. kernel.Select((size, i) => Math.Max(dilation[i] * (size - 1) + 1, padding[i] + 1))]);
        return axes switch
        {
            1 => new(Conv1d(input, output, kernel[0], stride[0], padding[0], dilation[0], mode, groups, bias), row),
            2 => new(Conv2d(input, output, Draw.Two(kernel), Draw.Two(stride), Draw.Two(padding), Draw.Two(dilation), mode, groups, bias), row),
            _ => new(Conv3d(input, output, Draw.Three(kernel), Draw.Three(stride), Draw.Three(padding), Draw.Three(dilation), mode, groups, bias), row),
        };
    }

    private static LayerCase Same(Random r, int axes)
    {
        long groups = r.Next(1, 3), input = groups * r.Next(1, 3), output = groups * r.Next(1, 3);
        long[] kernel = r.Many(axes, 1, 5), dilation = r.Many(axes, 1, 3);
        PaddingModes mode = r.One(PaddingModes.Zeros, PaddingModes.Reflect, PaddingModes.Replicate, PaddingModes.Circular);
        bool bias = r.Coin();
        // As long as the longest axis needs: TorchSharp gives one axis the padding of another.
        long longest = kernel.Select((size, i) => dilation[i] * (size - 1) + 1).Max();
        long[] row = r.Row(input, [.. kernel.Select(_ => longest)]);
        return axes switch
        {
            1 => new(Conv1d(input, output, kernel[0], Padding.Same, dilation: dilation[0], padding_mode: mode, groups: groups, bias: bias), row),
            2 => new(Conv2d(input, output, Draw.Two(kernel), Padding.Same, dilation: Draw.Two(dilation), padding_mode: mode, groups: groups, bias: bias), row),
            _ => new(Conv3d(input, output, Draw.Three(kernel), Padding.Same, dilation: Draw.Three(dilation), padding_mode: mode, groups: groups, bias: bias), row),
        };
    }

    private static LayerCase Transposed(Random r, int axes)
    {
        long groups = r.Next(1, 4), input = groups * r.Next(1, 3), output = groups * r.Next(1, 3);
        long[] kernel = r.Many(axes, 2, 4), stride = r.Many(axes, 1, 3), dilation = r.Many(axes, 1, 3);
        long[] padding = [.. kernel.Select((size, i) => r.NextInt64(0, dilation[i] * (size - 1) / 2 + 1))];
        // Less than the stride or the dilation, on every axis: TorchSharp takes the first number for all.
        long extra = r.NextInt64(0, stride.Select((step, i) => Math.Max(step, dilation[i])).Min());
        bool bias = r.Coin();
        long[] row = r.Row(input, [.. kernel.Select(_ => 2L)]);
        long[] added = [.. kernel.Select(_ => extra)];
        return axes switch
        {
            1 => new(ConvTranspose1d(input, output, kernel[0], stride[0], padding[0], extra, dilation[0], groups: groups, bias: bias), row),
            2 => new(ConvTranspose2d(input, output, Draw.Two(kernel), Draw.Two(stride), Draw.Two(padding), Draw.Two(added), Draw.Two(dilation), groups: groups, bias: bias), row),
            _ => new(ConvTranspose3d(input, output, Draw.Three(kernel), Draw.Three(stride), Draw.Three(padding), Draw.Three(added), Draw.Three(dilation), groups: groups, bias: bias), row),
        };
    }
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Convolutions.</summary>
internal static class ConvolutionOperations
{
    public static ImportedOperation[] All { get; } =
    [
        ImportedOperation.Of("Conv", Convolution),
        ImportedOperation.Of("ConvTranspose", Transposed),
    ];

    private static Func<ImportedCall, Tensor> Convolution(ImportedNode node)
    {
        var window = new WindowSettings(node);
        long groups = node.Integer("group", 1);
        return c =>
        {
            Tensor x = c[0], weight = c[1];
            int axes = Axes(node, weight);
            (long[] begins, long[] ends) = window.Pads(x.shape[2..], weight.shape[2..]);
            if (!begins.SequenceEqual(ends)) (x, begins) = (WindowSettings.Pad(x, begins, ends, 0), new long[axes]);
            long[] strides = window.Strides(axes), dilations = window.Dilations(axes);
            return axes switch
            {
                1 => functional.conv1d(x, weight, c.Optional(2), strides[0], begins[0], dilations[0], groups),
                2 => functional.conv2d(x, weight, c.Optional(2), strides, begins, dilations, groups),
                _ => functional.conv3d(x, weight, c.Optional(2), strides, begins, dilations, groups),
            };
        };
    }

    private static Func<ImportedCall, Tensor> Transposed(ImportedNode node)
    {
        var window = new WindowSettings(node);
        long groups = node.Integer("group", 1);
        long[]? given = node.Integers("output_padding"), wanted = node.Integers("output_shape");
        return c =>
        {
            Tensor x = c[0], weight = c[1];
            int axes = Axes(node, weight);
            long[] strides = window.Strides(axes), dilations = window.Dilations(axes), extra = given ?? new long[axes];
            // Without padding.
            long[] whole = [.. Enumerable.Range(0, axes).Select(i => (x.shape[i + 2] - 1) * strides[i] + (weight.shape[i + 2] - 1) * dilations[i] + 1 + extra[i])];
            long[]? length = wanted is not null ? wanted[^axes..] : window.IsSame ? [.. strides.Select((stride, i) => x.shape[i + 2] * stride)] : null;
            (long[] begins, long[] ends) = length is null ? window.Pads([], weight.shape[2..]) : Share(node, whole, length, window.IsUpper);
            bool even = begins.SequenceEqual(ends);
            long[] pads = even ? begins : new long[axes];
            Tensor y = axes switch
            {
                1 => functional.conv_transpose1d(x, weight, c.Optional(2), strides[0], pads[0], extra[0], dilations[0], groups),
                2 => functional.conv_transpose2d(x, weight, c.Optional(2), strides, pads, extra, dilations, groups),
                _ => functional.conv_transpose3d(x, weight, c.Optional(2), strides, pads, extra, dilations, groups),
            };
            return even ? y : Enumerable.Range(0, axes).Aggregate(y, (part, i) => part.narrow(i + 2, begins[i], whole[i] - begins[i] - ends[i]));
        };
    }

    // What is cut off for the wanted lengths, at both ends.
    private static (long[] Begins, long[] Ends) Share(ImportedNode node, long[] whole, long[] wanted, bool upper)
    {
        long[] total = [.. whole.Zip(wanted, (from, to) => from - to)];
        if (total.Any(length => length < 0)) throw node.Refuse($"asks for lengths of [{string.Join(", ", wanted)}], and its kernel gives [{string.Join(", ", whole)}]");
        long[] begins = [.. total.Select(length => upper ? length / 2 : length - length / 2)];
        return (begins, [.. total.Zip(begins, (all, begin) => all - begin)]);
    }

    private static int Axes(ImportedNode node, Tensor weight) => weight.ndim is >= 3 and <= 5 ? (int)weight.ndim - 2 : throw node.Refuse($"has a kernel of shape [{string.Join(", ", weight.shape)}]");
}

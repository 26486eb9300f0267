using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Import.Operations;

/// <summary>What convolutions and pools have in common: strides, dilations and padding, which may be found from the input.</summary>
internal sealed class WindowSettings
{
    private readonly long[]? strides, dilations, pads;
    private readonly string auto;

    public WindowSettings(ImportedNode node)
    {
        strides = node.Integers("strides");
        dilations = node.Integers("dilations");
        pads = node.Integers("pads");
        auto = node.Text("auto_pad", "NOTSET");
        if (auto is not ("NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER" or "")) throw node.Refuse($"has auto_pad '{auto}'");
    }

    /// <summary>Whether the padding follows the input.</summary>
    public bool IsSame => auto is "SAME_UPPER" or "SAME_LOWER";

    /// <summary>Whether what is odd is padded at the end.</summary>
    public bool IsUpper => auto == "SAME_UPPER";

    public long[] Strides(int axes) => strides ?? Ones(axes);

    public long[] Dilations(int axes) => dilations ?? Ones(axes);

    /// <summary>What is padded before and after every axis.</summary>
    /// <param name="lengths">The input's.</param>
    /// <param name="kernel">The window's.</param>
    public (long[] Begins, long[] Ends) Pads(long[] lengths, long[] kernel)
    {
        int axes = kernel.Length;
        if (!IsSame) return auto == "VALID" || pads is null ? (new long[axes], new long[axes]) : (pads[..axes], pads[axes..]);
        long[] steps = Strides(axes), spread = Dilations(axes), begins = new long[axes], ends = new long[axes];
        for (int i = 0; i < axes; i++)
        {
            long windows = (lengths[i] + steps[i] - 1) / steps[i], total = Math.Max(0, (windows - 1) * steps[i] + (kernel[i] - 1) * spread[i] + 1 - lengths[i]);
            begins[i] = IsUpper ? total / 2 : total - total / 2;
            ends[i] = total - begins[i];
        }

        return (begins, ends);
    }

    /// <summary>A number before and after the last axes.</summary>
    public static Tensor Pad(Tensor x, long[] begins, long[] ends, double value) =>
        // PyTorch counts from the last axis.
        functional.pad(x, [.. Enumerable.Range(1, begins.Length).SelectMany(i => (long[])[begins[^i], ends[^i]])], PaddingModes.Constant, value);

    private static long[] Ones(int axes) => [.. Enumerable.Repeat(1L, axes)];
}

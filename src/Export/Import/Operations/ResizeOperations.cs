using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Pictures in other sizes. What PyTorch says in the same way is its own; the rest is done axis by axis.</summary>
internal static class ResizeOperations
{
    public static ImportedOperation[] All { get; } =
    [
        ImportedOperation.Of("Resize", Resize),
        ImportedOperation.Of("Upsample", Resize),
    ];

    private static Func<ImportedCall, Tensor> Resize(ImportedNode node)
    {
        var settings = new ResizeSettings(node);
        double[]? stored = node.Numbers("scales");
        long[]? storedAxes = node.Integers("axes");
        // Since operator set 11 a region lies between the picture and the scales, and sizes after them.
        bool isNew = node.Operation == "Resize" && node.Opset >= 11;
        int scalesAt = isNew ? 2 : 1;
        return c =>
        {
            Tensor x = c[0];
            double[]? scales = stored ?? (c.Optional(scalesAt) is { } given && given.numel() > 0 ? c.Numbers(scalesAt) : null);
            long[]? sizes = isNew && scales is null ? c.OptionalIntegers(3) : null;
            int count = scales?.Length ?? sizes?.Length ?? throw node.Refuse("has neither scales nor sizes");
            long[] axes = storedAxes ?? ImportedCall.Axes(count);
            List<ResizedAxis> changed = [];
            for (int i = 0; i < axes.Length; i++)
            {
                int axis = ImportedCall.Axis(axes[i], x.ndim);
                long length = x.shape[axis];
                // The batch is as long as it is, whatever sizes the file was written for.
                long output = scales is not null ? (long)((float)scales[i] * length) : axis == 0 ? length : sizes![i];
                float scale = scales is not null ? (float)scales[i] : (float)output / length;
                if (output != length || scale != 1) changed.Add(new(axis, length, output, scale));
            }

            return changed.Count == 0 ? x : Own(x, changed, settings) ?? changed.Aggregate(x, (part, axis) => axis.Apply(part, settings));
        };
    }

    // Null where PyTorch's interpolation is another.
    private static Tensor? Own(Tensor x, List<ResizedAxis> changed, ResizeSettings settings)
    {
        bool isExact = changed.All(axis => axis.Scale == (float)axis.Output / axis.Length);
        if (x.ndim != 4 || !x.is_floating_point() || !isExact || changed.Any(axis => axis.Axis < 2)) return null;
        long[] size = [.. x.shape[2..]];
        foreach (ResizedAxis axis in changed) size[axis.Axis - 2] = axis.Output;
        if (settings.Mode == "nearest")
        {
            bool isWhole = changed.All(axis => axis.Output % axis.Length == 0);
            return isWhole && settings is { Coordinates: "asymmetric", Nearest: "floor" } or { Coordinates: "half_pixel", Nearest: "round_prefer_floor" or "round_prefer_ceil" } && isWhole
                ? functional.interpolate(x, size, mode: InterpolationMode.Nearest) : null;
        }

        bool corners = settings.Coordinates == "align_corners";
        if (!corners && settings.Coordinates is not ("half_pixel" or "pytorch_half_pixel")) return null;
        if (settings.Coordinates == "pytorch_half_pixel" && size.Contains(1)) return null;
        if (settings.Mode == "linear") return functional.interpolate(x, size, mode: InterpolationMode.Bilinear, align_corners: corners);
        return settings.CubicFactor == -0.75f && !settings.ExcludesOutside ? functional.interpolate(x, size, mode: InterpolationMode.Bicubic, align_corners: corners) : null;
    }
}

/// <summary>How the nodes' places are computed.</summary>
internal sealed class ResizeSettings
{
    public ResizeSettings(ImportedNode node)
    {
        bool isOld = node.Operation == "Upsample" || node.Opset < 11;
        Mode = node.Text("mode", "nearest");
        Coordinates = isOld ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel");
        Nearest = isOld ? "floor" : node.Text("nearest_mode", "round_prefer_floor");
        CubicFactor = node.Number("cubic_coeff_a", -0.75f);
        ExcludesOutside = node.Integer("exclude_outside", 0) != 0;
        if (Mode == "bilinear") Mode = "linear";
        if (Mode is not ("nearest" or "linear" or "cubic")) throw node.Refuse($"has mode '{Mode}'");
        if (Coordinates is not ("half_pixel" or "half_pixel_symmetric" or "pytorch_half_pixel" or "align_corners" or "asymmetric" or "tf_half_pixel_for_nn"))
            throw node.Refuse($"has coordinate_transformation_mode '{Coordinates}'");
        if (node.Integer("antialias", 0) != 0) throw node.Refuse("smooths before it shrinks (antialias)");
        if (node.Text("keep_aspect_ratio_policy", "stretch") != "stretch") throw node.Refuse("keeps the aspect ratio by itself (keep_aspect_ratio_policy)");
    }

    public string Mode { get; }

    public string Coordinates { get; }

    public string Nearest { get; }

    public float CubicFactor { get; }

    public bool ExcludesOutside { get; }
}

/// <summary>One axis that gets another length.</summary>
internal sealed record ResizedAxis(int Axis, long Length, long Output, float Scale)
{
    /// <summary>Every output as a weighted sum of the inputs around its place (ONNX's specification of Resize).</summary>
    public Tensor Apply(Tensor x, ResizeSettings settings)
    {
        double[] places = [.. Enumerable.Range(0, (int)Output).Select(i => Place(i, settings.Coordinates))];
        if (settings.Mode == "nearest") return Pick(x, [.. places.Select(place => Nearest(place, settings.Nearest))]);
        (int first, Func<double, double[]> weigh) = settings.Mode == "linear" ? (0, Linear) : (-1, (Func<double, double[]>)(ratio => Cubic(ratio, settings.CubicFactor)));
        long[] floors = [.. places.Select(place => (long)Math.Floor(place))];
        double[][] weights = [.. places.Select((place, i) => weigh(place - floors[i]))];
        if (settings.ExcludesOutside && settings.Mode == "cubic")
        {
            for (int i = 0; i < weights.Length; i++)
            {
                double[] inside = [.. weights[i].Select((weight, k) => floors[i] + first + k is var at && at >= 0 && at < Length ? weight : 0)];
                weights[i] = [.. inside.Select(weight => weight / inside.Sum())];
            }
        }

        long[] shape = [Output, .. Enumerable.Repeat(1L, (int)x.ndim - Axis - 1)];
        return Enumerable.Range(0, weights[0].Length).Select(k =>
            Pick(x, [.. floors.Select(floor => floor + first + k)]) * tensor(weights.Select(weight => (float)weight[k]).ToArray()).to(x.dtype, x.device).reshape(shape)).Aggregate((a, b) => a + b);
    }

    private static double[] Linear(double ratio) => [1 - ratio, ratio];

    // Keys' cubic convolution.
    private static double[] Cubic(double ratio, double a) =>
    [
        ((a * (ratio + 1) - 5 * a) * (ratio + 1) + 8 * a) * (ratio + 1) - 4 * a,
        ((a + 2) * ratio - (a + 3)) * ratio * ratio + 1,
        ((a + 2) * (1 - ratio) - (a + 3)) * (1 - ratio) * (1 - ratio) + 1,
        ((a * (2 - ratio) - 5 * a) * (2 - ratio) + 8 * a) * (2 - ratio) - 4 * a,
    ];

    private static double Nearest(double place, string mode) => mode switch
    {
        "floor" => Math.Floor(place),
        "ceil" => Math.Ceiling(place),
        "round_prefer_ceil" => Math.Floor(place + 0.5),
        _ => Math.Ceiling(place - 0.5),
    };

    private double Place(int i, string coordinates) => coordinates switch
    {
        "asymmetric" => i / Scale,
        "align_corners" => Output == 1 ? 0 : (double)i * (Length - 1) / (Output - 1),
        "pytorch_half_pixel" => Output > 1 ? (i + 0.5f) / Scale - 0.5f : 0,
        "tf_half_pixel_for_nn" => (i + 0.5f) / Scale,
        // The output's middle lies on the input's, where rounding has shortened it.
        "half_pixel_symmetric" => Length / 2.0 * (1 - Output / (Scale * (double)Length)) + (i + 0.5f) / Scale - 0.5f,
        _ => (i + 0.5f) / Scale - 0.5f,
    };

    private Tensor Pick(Tensor x, IEnumerable<double> places) => Pick(x, places.Select(place => (long)place));

    private Tensor Pick(Tensor x, IEnumerable<long> places) => x.index_select(Axis, tensor(places.Select(place => Math.Clamp(place, 0, Length - 1)).ToArray(), device: x.device));
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Elements by their places.</summary>
internal static class IndexOperations
{
    public static ImportedOperation[] All { get; } =
    [
        ImportedOperation.Of("Gather", Gather),
        ImportedOperation.Of("GatherElements", node =>
        {
            long axis = node.Integer("axis", 0);
            return c => c[0].gather(axis, Places(c, 1, c[0].shape[ImportedCall.Axis(axis, c[0].ndim)]));
        }),
        ImportedOperation.Of("GatherND", GatherND),
        ImportedOperation.Of("ScatterElements Scatter", node =>
        {
            if (node.Text("reduction", "none") != "none") throw node.Refuse("combines what it writes with what is there (reduction)");
            long axis = node.Integer("axis", 0);
            return c => c[0].scatter(axis, Places(c, 1, c[0].shape[ImportedCall.Axis(axis, c[0].ndim)]), c[2]);
        }),
        ImportedOperation.Of("ScatterND", node =>
        {
            if (node.Text("reduction", "none") != "none") throw node.Refuse("combines what it writes with what is there (reduction)");
            return c => c[0].clone().index_put_(c[2].to(c[0].device), Coordinates(c));
        }),
        ImportedOperation.Of("Slice", Slice),
        ImportedOperation.Of("OneHot", OneHot),
        ImportedOperation.Of("Trilu", node =>
        {
            bool upper = node.Integer("upper", 1) != 0;
            return c => (c.OptionalIntegers(1) is [var diagonal] ? diagonal : 0) is var k && upper ? c[0].triu(k) : c[0].tril(k);
        }),
        ImportedOperation.Of("CumSum", node =>
        {
            if (node.Integer("exclusive", 0) != 0 || node.Integer("reverse", 0) != 0) throw node.Refuse("sums backwards or without the element itself (reverse, exclusive)");
            return c => c[0].cumsum(c.Integers(1)[0]);
        }),
        new ImportedOperation("TopK", TopK),
        ImportedOperation.Of("NonZero", x => x.nonzero().t()),
        ImportedOperation.Of("EyeLike", EyeLike),
        ImportedOperation.Of("GridSample", GridSample),
    ];

    // Whole numbers, negative ones counted from the end, on the first input's device.
    private static Tensor Places(ImportedCall c, int input, long length) => FromStart(c[input].to_type(ScalarType.Int64).to(c[0].device), length);

    private static Tensor FromStart(Tensor places, long length) => where(places < 0, places + length, places);

    // The axis becomes the places' axes.
    private static Func<ImportedCall, Tensor> Gather(ImportedNode node)
    {
        long first = node.Integer("axis", 0);
        return c =>
        {
            Tensor x = c[0];
            int axis = ImportedCall.Axis(first, x.ndim);
            Tensor places = Places(c, 1, x.shape[axis]);
            return x.index_select(axis, places.reshape(-1)).reshape([.. x.shape[..axis], .. places.shape, .. x.shape[(axis + 1)..]]);
        };
    }

    private static TensorIndex[] Coordinates(ImportedCall c) =>
        [.. c[1].to_type(ScalarType.Int64).to(c[0].device).unbind(-1).Select((places, axis) => TensorIndex.Tensor(FromStart(places, c[0].shape[axis])))];

    private static Func<ImportedCall, Tensor> GatherND(ImportedNode node)
    {
        if (node.Integer("batch_dims", 0) != 0) throw node.Refuse("has axes that both inputs share (batch_dims)");
        return c => c[0].index(Coordinates(c));
    }

    // Starts, ends and axes were attributes before operator set 10; steps came then.
    private static Func<ImportedCall, Tensor> Slice(ImportedNode node)
    {
        long[]? storedStarts = node.Integers("starts"), storedEnds = node.Integers("ends"), storedAxes = node.Integers("axes");
        return c =>
        {
            long[] starts = storedStarts ?? c.Integers(1), ends = storedEnds ?? c.Integers(2);
            long[] axes = storedAxes ?? c.OptionalIntegers(3) ?? ImportedCall.Axes(starts.Length);
            long[]? steps = storedStarts is null ? c.OptionalIntegers(4) : null;
            Tensor x = c[0];
            for (int i = 0; i < axes.Length; i++) x = Slice(x, ImportedCall.Axis(axes[i], x.ndim), starts[i], ends[i], steps?[i] ?? 1);
            return x;
        };
    }

    private static Tensor Slice(Tensor x, int axis, long start, long end, long step)
    {
        long length = x.shape[axis], least = step > 0 ? 0 : -1, most = step > 0 ? length : length - 1;
        long Place(long place, long from) => Math.Clamp(place < 0 ? Math.Max(place, -length - 1) + length : place, from, most);
        (start, end) = (Place(start, 0), Place(end, least));
        if (step > 0) return start == 0 && end == length && step == 1 ? x : x.slice(axis, start, Math.Max(start, end), step);
        long count = Math.Max(0, (start - end - step - 1) / -step);
        return x.index_select(axis, tensor([.. Enumerable.Range(0, (int)count).Select(i => start + i * step)], device: x.device));
    }

    private static Func<ImportedCall, Tensor> OneHot(ImportedNode node)
    {
        long first = node.Integer("axis", -1);
        return c =>
        {
            long depth = c.Integers(1)[0];
            Tensor places = c[0].to_type(ScalarType.Int64), classes = arange(depth, dtype: ScalarType.Int64, device: places.device);
            int axis = ImportedCall.Axis(first, places.ndim + 1);
            Tensor isHere = FromStart(places, depth).unsqueeze(axis).eq(classes.reshape([depth, .. Enumerable.Repeat(1L, (int)places.ndim - axis)]));
            Tensor values = c[2].to(places.device);
            return where(isHere, values[1], values[0]);
        };
    }

    private static Func<ImportedCall, Tensor[]> TopK(ImportedNode node)
    {
        long axis = node.Integer("axis", -1), stored = node.Integer("k", 0);
        bool largest = node.Integer("largest", 1) != 0, sorted = node.Integer("sorted", 1) != 0;
        return c =>
        {
            (Tensor values, Tensor places) = c[0].topk(checked((int)(stored > 0 ? stored : c.Integers(1)[0])), ImportedCall.Axis(axis, c[0].ndim), largest, sorted);
            return [values, places];
        };
    }

    private static Func<ImportedCall, Tensor> EyeLike(ImportedNode node)
    {
        if (node.Integer("k", 0) != 0) throw node.Refuse("has ones beside the diagonal (k)");
        ScalarType? type = node.Has("dtype") ? StoredValues.TypeOf((int)node.Integer("dtype", 0)) ?? throw node.Refuse("has an element type that is not read here") : null;
        return c => eye(c[0].shape[0], c[0].shape[1], dtype: type ?? c[0].dtype, device: c[0].device);
    }

    private static Func<ImportedCall, Tensor> GridSample(ImportedNode node)
    {
        GridSampleMode mode = node.Text("mode", "linear") switch
        {
            "linear" or "bilinear" => GridSampleMode.Bilinear,
            "nearest" => GridSampleMode.Nearest,
            var other => throw node.Refuse($"has mode '{other}'"),
        };
        GridSamplePaddingMode padding = node.Text("padding_mode", "zeros") switch
        {
            "zeros" => GridSamplePaddingMode.Zeros,
            "border" => GridSamplePaddingMode.Border,
            "reflection" => GridSamplePaddingMode.Reflection,
            var other => throw node.Refuse($"has padding_mode '{other}'"),
        };
        bool corners = node.Integer("align_corners", 0) != 0;
        return c => functional.grid_sample(c[0], c[1], mode, padding, corners);
    }
}

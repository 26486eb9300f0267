using MLNetGen.Onnx;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Shapes, parts, types.</summary>
internal static class ShapeOperations
{
    public static ImportedOperation[] All { get; } =
    [
        ImportedOperation.Of("Identity", x => x),
        ImportedOperation.Of("Cast", node =>
        {
            ScalarType type = StoredValues.TypeOf((int)node.Integer("to", 0)) ?? throw node.Refuse($"converts to {TensorElements.NameOf((int)node.Integer("to", 0))}");
            return c => c[0].to_type(type);
        }),
        ImportedOperation.Of("CastLike", _ => c => c[0].to_type(c[1].dtype)),
        ImportedOperation.Of("Shape", Shape),
        ImportedOperation.Of("Size", x => tensor(x.numel())),
        ImportedOperation.Of("Reshape", Reshape),
        ImportedOperation.Of("Flatten", Flatten),
        ImportedOperation.Of("Squeeze", Squeeze),
        ImportedOperation.Of("Unsqueeze", Unsqueeze),
        ImportedOperation.Of("Transpose", node =>
        {
            long[]? order = node.Integers("perm");
            return c => c[0].permute(order ?? [.. ImportedCall.Axes(c[0].ndim).Reverse()]);
        }),
        ImportedOperation.Of("Concat", node =>
        {
            long axis = node.Integer("axis", 1);
            return c => cat(c.All, axis);
        }),
        new ImportedOperation("Split", Split),
        ImportedOperation.Of("Expand", _ => Expand),
        ImportedOperation.Of("Tile", _ => c => c[0].repeat(c.Integers(1))),
        ImportedOperation.Of("Pad", Pad),
        ImportedOperation.Of("DepthToSpace", DepthToSpace),
        ImportedOperation.Of("SpaceToDepth", SpaceToDepth),
        ImportedOperation.Of("ConstantOfShape", ConstantOfShape),
        ImportedOperation.Of("Range", _ => c => c[0].is_floating_point()
            ? arange(c.Numbers(0)[0], c.Numbers(1)[0], c.Numbers(2)[0], dtype: c[0].dtype) : arange(c.Integers(0)[0], c.Integers(1)[0], c.Integers(2)[0], dtype: c[0].dtype)),
    ];

    private static Func<ImportedCall, Tensor> Shape(ImportedNode node)
    {
        long start = node.Integer("start", 0), end = node.Integer("end", long.MaxValue);
        return c =>
        {
            long[] shape = c[0].shape;
            long Place(long place) => Math.Clamp(place < 0 ? place + shape.Length : place, 0, shape.Length);
            return tensor(shape[(int)Place(start)..(int)Math.Max(Place(start), Place(end))]);
        };
    }

    private static Func<ImportedCall, Tensor> Reshape(ImportedNode node)
    {
        bool isFixed = node.Origin(0) == ValueOrigin.Inputs && node.Origin(1) == ValueOrigin.Stored, zeroIsZero = node.Integer("allowzero", 0) != 0;
        return c =>
        {
            long[] shape = c.Integers(1);
            for (int i = 0; i < shape.Length; i++)
            {
                if (shape[i] == 0 && !zeroIsZero) shape[i] = c[0].shape[i];
            }

            return c[0].reshape(isFixed ? Rows(shape, c[0].numel(), c.Batch) : shape);
        };
    }

    // A shape that is written for the file's own batch, [1, 512] or [1, -1], for as many rows as there are.
    private static long[] Rows(long[] shape, long count, (long Now, long Made) batch)
    {
        if (batch.Made == 0 || batch.Now == batch.Made || shape.Length == 0 || shape[0] < 1) return shape;
        bool isOpen = shape.Contains(-1);
        if (!isOpen && TensorElements.CountOf(shape) == count) return shape;
        return shape[0] * batch.Now % batch.Made == 0 ? [shape[0] * batch.Now / batch.Made, .. shape[1..]] : shape;
    }

    // [first axes multiplied, the others multiplied]
    private static Func<ImportedCall, Tensor> Flatten(ImportedNode node)
    {
        long first = node.Integer("axis", 1);
        return c =>
        {
            int axis = ImportedCall.Axis(first, c[0].ndim);
            return axis == 1 && c[0].ndim > 1 ? c[0].flatten(1) : c[0].reshape(TensorElements.CountOf(c[0].shape[..axis]), TensorElements.CountOf(c[0].shape[axis..]));
        };
    }

    // Axes became inputs in operator set 13.
    private static Func<ImportedCall, Tensor> Squeeze(ImportedNode node)
    {
        long[]? stored = node.Integers("axes");
        return c =>
        {
            if ((stored ?? c.OptionalIntegers(1)) is not { } axes) return c[0].squeeze();
            int[] places = [.. axes.Select(axis => ImportedCall.Axis(axis, c[0].ndim))];
            return c[0].reshape([.. c[0].shape.Where((length, axis) => !places.Contains(axis) || (length == 1 ? false : throw new ArgumentException($"axis {axis} has length {length}, and not 1")))]);
        };
    }

    private static Func<ImportedCall, Tensor> Unsqueeze(ImportedNode node)
    {
        long[]? stored = node.Integers("axes");
        return c =>
        {
            long[] axes = stored ?? c.Integers(1);
            long rank = c[0].ndim + axes.Length;
            return axes.Select(axis => ImportedCall.Axis(axis, rank)).Order().Aggregate(c[0], (x, axis) => x.unsqueeze(axis));
        };
    }

    // The lengths became an input in operator set 13; without any, equal parts, of which the last may be shorter.
    private static Func<ImportedCall, Tensor[]> Split(ImportedNode node)
    {
        long axis = node.Integer("axis", 0);
        long count = node.Integer("num_outputs", node.OutputCount);
        long[]? stored = node.Integers("split");
        return c =>
        {
            long length = c[0].shape[ImportedCall.Axis(axis, c[0].ndim)], part = (length + count - 1) / count;
            long[] lengths = stored ?? c.OptionalIntegers(1) ?? [.. Enumerable.Range(0, (int)count).Select(i => Math.Min(part, length - i * part))];
            return c[0].split(lengths, axis);
        };
    }

    private static Tensor Expand(ImportedCall c)
    {
        long[] shape = c.Integers(1), own = c[0].shape;
        // An axis of length 1 in the shape leaves the tensor's alone.
        int rank = Math.Max(shape.Length, own.Length);
        long[] left = [.. Enumerable.Repeat(1L, rank - shape.Length), .. shape], right = [.. Enumerable.Repeat(1L, rank - own.Length), .. own];
        return c[0].expand([.. left.Zip(right, (asked, given) => asked == 1 ? given : asked)]);
    }

    // Pads and value were attributes before operator set 11.
    private static Func<ImportedCall, Tensor> Pad(ImportedNode node)
    {
        string mode = node.Text("mode", "constant");
        if (mode is not ("constant" or "reflect" or "edge" or "wrap")) throw node.Refuse($"has mode '{mode}'");
        long[]? stored = node.Integers("pads");
        double value = node.Number("value", 0);
        return c =>
        {
            Tensor x = c[0];
            long[] given = stored ?? c.Integers(1), begins = new long[x.ndim], ends = new long[x.ndim];
            long[] axes = c.OptionalIntegers(3) ?? ImportedCall.Axes(given.Length / 2);
            for (int i = 0; i < axes.Length; i++)
            {
                int axis = ImportedCall.Axis(axes[i], x.ndim);
                (begins[axis], ends[axis]) = (given[i], given[axes.Length + i]);
            }

            if (mode == "constant") return WindowSettings.Pad(x, begins, ends, stored is null ? c.Number(2) ?? 0 : value);
            int first = Array.FindIndex(begins.Zip(ends, (begin, end) => begin != 0 || end != 0).ToArray(), any => any);
            if (first < 0) return x;
            // PyTorch's own takes the last axes, all but two, and no more than there is.
            bool isOwn = first >= 2 && x.ndim is >= 3 and <= 5 && x.is_floating_point() && begins.Concat(ends).All(length => length >= 0);
            return isOwn ? functional.pad(x, [.. Enumerable.Range(1, (int)x.ndim - 2).SelectMany(i => (long[])[begins[^i], ends[^i]])],
                    mode switch { "reflect" => PaddingModes.Reflect, "edge" => PaddingModes.Replicate, _ => PaddingModes.Circular })
                : Enumerable.Range(0, begins.Length).Aggregate(x, (part, axis) => Extend(part, axis, begins[axis], ends[axis], mode));
        };
    }

    private static Tensor Extend(Tensor x, int axis, long begin, long end, string mode)
    {
        if (begin == 0 && end == 0) return x;
        long length = x.shape[axis], turn = Math.Max(1, 2 * (length - 1));
        long Wrapped(long place, long period) => (place % period + period) % period;
        long Source(long place) => mode switch
        {
            "edge" => Math.Clamp(place, 0, length - 1),
            "wrap" => Wrapped(place, length),
            _ => Wrapped(place, turn) is var there && there < length ? there : turn - there,
        };
        long[] sources = [.. Enumerable.Range(0, (int)(length + begin + end)).Select(i => Source(i - begin))];
        return x.index_select(axis, tensor(sources, device: x.device));
    }

    // [N, C, H, W] to [N, C / b², H·b, W·b]; the block lies first in the channels (DCR) or last (CRD).
    private static Func<ImportedCall, Tensor> DepthToSpace(ImportedNode node)
    {
        long block = node.Integer("blocksize", 1);
        if (node.Text("mode", "DCR") == "CRD") return c => functional.pixel_shuffle(c[0], block);
        return c => c[0].shape is [var n, var channels, var height, var width]
            ? c[0].reshape(n, block, block, channels / (block * block), height, width).permute(0, 3, 4, 1, 5, 2).reshape(n, channels / (block * block), height * block, width * block)
            : throw new ArgumentException("it takes four axes");
    }

    private static Func<ImportedCall, Tensor> SpaceToDepth(ImportedNode node)
    {
        long block = node.Integer("blocksize", 1);
        return c => c[0].shape is [var n, var channels, var height, var width]
            ? c[0].reshape(n, channels, height / block, block, width / block, block).permute(0, 3, 5, 1, 2, 4).reshape(n, channels * block * block, height / block, width / block)
            : throw new ArgumentException("it takes four axes");
    }

    private static Func<ImportedCall, Tensor> ConstantOfShape(ImportedNode node)
    {
        Tensor? value = node.Stored("value") is { } stored ? StoredValues.Read(stored, node.ToString()).DetachFromDisposeScope() : null;
        return c => value is null ? zeros(c.Integers(0)) : value.reshape([]).expand(c.Integers(0)).clone();
    }
}

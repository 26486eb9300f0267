using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx.Tiling;

/// <summary>How a network fills pictures up: it is asked, once for every remainder, on a small picture that has it. Several threads may ask at once.</summary>
internal sealed class PaddingRule : IDisposable
{
    // What every stride divides.
    private const int Period = 96;

    private readonly TilingGraph graph;
    private readonly NodeProto? node;
    private readonly PassSession? session;
    private readonly bool repeatsEdge;
    private readonly ConcurrentDictionary<(int Height, int Width), long[]> answers = new();

    public PaddingRule(TilingGraph graph)
    {
        this.graph = graph;
        node = graph.Pad;
        (StrideY, StrideX) = ((int)graph.StrideY, (int)graph.StrideX);
        if (node is null) return;

        string mode = node.Text("mode", "constant");
        if (mode is not ("reflect" or "edge"))
            throw new NotSupportedException($"The network cannot be run in tiles: '{node.Name}' (Pad) fills pictures up with a constant. Fill up by reflection, or run it whole.");
        repeatsEdge = mode == "edge";
        session = new(PadsModel, new(Threads: 1), [node.Input[1]]);
        // It may fill up to more than the strides ask for; a tile must then be as large, or it would be filled up too.
        while (StrideY < Period && Pads(Period + StrideY, Period).Any(pad => pad != 0)) StrideY *= 2;
        while (StrideX < Period && Pads(Period, Period + StrideX).Any(pad => pad != 0)) StrideX *= 2;
        if (Period % StrideY != 0 || Period % StrideX != 0)
            throw new NotSupportedException($"The network cannot be run in tiles: '{node.Name}' (Pad) fills pictures up to no divisor of {Period}.");
    }

    /// <summary>What height and width of a tile must be multiples of.</summary>
    public int StrideY { get; }

    public int StrideX { get; }

    public PicturePadding For(int height, int width)
    {
        if (node is null) return new([0, 0], [Missing(height, StrideY), Missing(width, StrideX)], RepeatsEdge: false);
        int[] axes = graph.Find(node.Input[0])!.Axes;
        long[] pads = Pads(Period + height % Period, Period + width % Period);
        var padding = new PicturePadding(
            [.. axes.Select(axis => (int)pads[axis])], [.. axes.Select(axis => (int)pads[axis + pads.Length / 2])], repeatsEdge);
        if ((height + padding.Begins[0] + padding.Ends[0]) % StrideY != 0 || (width + padding.Begins[1] + padding.Ends[1]) % StrideX != 0)
        {
            throw new NotSupportedException(
                $"The network cannot be run in tiles: it fills pictures of {width}×{height} up to no multiple of its strides, {StrideX}×{StrideY}.");
        }

        return padding;
    }

    public void Dispose() => session?.Dispose();

    private static int Missing(int length, int stride) => (stride - length % stride) % stride;

    private byte[] PadsModel()
    {
        ModelProto copy = graph.Model.Clone();
        copy.Graph.Output.Clear();
        copy.Graph.Output.Add(new ValueInfoProto { Name = node!.Input[1] });
        UnusedParts.Remove(copy.Graph);
        return copy.ToByteArray();
    }

    private long[] Pads(int height, int width) => answers.GetOrAdd((height, width), Ask);

    private long[] Ask((int Height, int Width) size)
    {
        int channels = graph.PictureChannels;
        var feeds = new Dictionary<string, OrtValue>();
        try
        {
            feeds.Add(graph.Picture.Name, graph.TakesBytes
                ? OrtValue.CreateTensorValueFromMemory(new byte[size.Height * size.Width * channels], [1, size.Height, size.Width, channels])
                : OrtValue.CreateTensorValueFromMemory(new float[size.Height * size.Width * channels], [1, channels, size.Height, size.Width]));
            foreach (ValueInfoProto input in graph.OtherInputs)
            {
                var type = (TensorElementType)input.Type.TensorType.ElemType;
                OrtValue zeros = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, graph.ShapeOf(input.Name));
                zeros.GetTensorMutableRawData().Clear();
                feeds.Add(input.Name, zeros);
            }

            using IDisposableReadOnlyCollection<OrtValue> results = session!.Run(feeds);
            return results[0].GetTensorDataAsSpan<long>().ToArray();
        }
        finally
        {
            foreach (OrtValue value in feeds.Values) value.Dispose();
        }
    }
}

/// <summary>How a picture is filled up to a multiple of the strides: by how many rows and columns, and from where.</summary>
/// <param name="Begins">Before the first row, and before the first column.</param>
/// <param name="Ends">After the last ones.</param>
/// <param name="RepeatsEdge">Whether the border itself is repeated; otherwise the picture is reflected there.</param>
internal sealed record PicturePadding(int[] Begins, int[] Ends, bool RepeatsEdge)
{
    /// <summary>Along height (0) or width (1): which row or column stands at each place.</summary>
    public int[] Positions(int axis, int length) =>
        [.. Enumerable.Range(-Begins[axis], Begins[axis] + length + Ends[axis]).Select(i => RepeatsEdge ? Math.Clamp(i, 0, length - 1) : Reflect(i, length))];

    private static int Reflect(int i, int length)
    {
        if (length == 1) return 0;
        int period = 2 * (length - 1), place = ((i % period) + period) % period;
        return place < length ? place : period - place;
    }
}

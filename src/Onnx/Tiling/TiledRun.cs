using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx.Tiling;

/// <summary>One picture on its way through all passes.</summary>
internal sealed class TiledRun : IDisposable
{
    private readonly TilingGraph graph;
    private readonly TilingPlan plan;
    private readonly PicturePlanes picture;
    private readonly OutputPixels output;
    private readonly Dictionary<string, OrtValue> otherInputs;
    private readonly int tileHeight, tileWidth;
    private readonly BlockPool pool;
    private readonly Dictionary<string, PlaneStore> stores = [];
    private readonly Dictionary<string, OrtValue> coefficients = [];
    private readonly TileBuffers buffers;

    public TiledRun(
        TilingGraph graph, TilingPlan plan, PicturePlanes picture, OutputPixels output, Dictionary<string, OrtValue> otherInputs, int tileHeight, int tileWidth,
        int shortestBlock = 1 << 18)
    {
        (this.graph, this.plan, this.picture, this.output, this.otherInputs) = (graph, plan, picture, output, otherInputs);
        (this.tileHeight, this.tileWidth) = (tileHeight, tileWidth);
        int widest = plan.Passes.SelectMany(pass => pass.Kept).Select(name => graph.Find(name)!.Scales[1].Of(picture.Width)).DefaultIfEmpty(1).Max();
        pool = new(Math.Max(shortestBlock, widest));
        buffers = new(
            [.. plan.Passes.Select(pass => pass.Sources.Where(IsFloats).Select(source => MaxTile(pass, source)).ToArray())],
            graph.TakesBytes ? plan.Passes.Max(pass => pass.Sources.Contains(graph.Picture.Name) ? MaxTile(pass, graph.Picture.Name) : 0) : 0);
    }

    /// <summary>The most bytes that values of the whole picture took at once, in whole blocks.</summary>
    public long KeptBytes => pool.Bytes;

    public void Run(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        // Before the first tile: what stays, once it lay between what tiles come and go in, would keep that from being given back.
        foreach (PassSession session in plan.Sessions) session.Prepare();
        double total = plan.Passes.Sum(pass => pass.Cost), done = 0;
        for (int i = 0; i < plan.Passes.Count; i++)
        {
            TilingPass pass = plan.Passes[i];
            (double begin, double share) = (done / total, pass.Cost / total);
            Run(pass, i, part => progress?.Report(begin + share * part), cancellationToken);
            done += pass.Cost;
        }
    }

    public void Dispose()
    {
        foreach (OrtValue value in coefficients.Values) value.Dispose();
    }

    private void Run(TilingPass pass, int index, Action<double> report, CancellationToken cancellationToken)
    {
        PassSession session = plan.Sessions[index];
        var statistics = pass.Norm is null ? null : new ChannelStatistics(graph.Find(pass.Target)!.Channels);
        foreach (string name in pass.Kept) stores.Add(name, Store(name));
        string[] ending = [.. pass.Sources.Where(name => stores.ContainsKey(name) && plan.LastUse(name) == index)];
        int rows = (picture.Height + tileHeight - 1) / tileHeight, columns = (picture.Width + tileWidth - 1) / tileWidth;
        for (int tile = 0; tile < rows * columns; tile++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (int top, int left) = (tile / columns * tileHeight, tile % columns * tileWidth);
            Rectangle part = new(top, left, Math.Min(tileHeight, picture.Height - top), Math.Min(tileWidth, picture.Width - left));
            Run(pass, session, part, statistics);
            report((tile + 1.0) / (rows * columns));
            if ((tile + 1) % columns != 0) continue;
            int needed = tile + 1 == rows * columns ? picture.Height : part.Bottom - pass.Halo[0].Before;
            foreach (string name in ending) stores[name].FreeAbove(graph.Find(name)!.Scales[0].Of(needed));
        }

        foreach (string name in ending) stores.Remove(name);
        if (pass.Norm is { } norm) SetCoefficients(norm, statistics!);
    }

    private void Run(TilingPass pass, PassSession session, Rectangle part, ChannelStatistics? statistics)
    {
        Rectangle whole = part.Grown(pass.Halo, picture.Height, picture.Width);
        var feeds = new Dictionary<string, OrtValue>(otherInputs.Where(pair => pass.Nodes.Any(node => node.Input.Contains(pair.Key))));
        foreach (string name in pass.Nodes.Where(graph.IsNorm).SelectMany(norm => new[] { PassModel.Coefficients(norm).Factor, PassModel.Coefficients(norm).Summand }))
            feeds.Add(name, coefficients[name]);
        var tiles = new List<OrtValue>();
        try
        {
            foreach (string source in pass.Sources)
            {
                tiles.Add(Read(pass, source, whole));
                feeds.Add(source, tiles[^1]);
            }

            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(feeds);
            for (int i = 0; i < session.Outputs.Count; i++)
            {
                // The target comes first, whatever its name is here.
                string name = i == 0 ? pass.Target : session.Outputs[i];
                Take(pass, name, results[i], whole, part, i == 0 ? statistics : null);
            }
        }
        finally
        {
            foreach (OrtValue tile in tiles) tile.Dispose();
        }
    }

    private void Take(TilingPass pass, string name, OrtValue result, Rectangle whole, Rectangle part, ChannelStatistics? statistics)
    {
        SpatialValue value = graph.Find(name)!;
        (whole, part) = (whole.At(value.Scales), part.At(value.Scales));
        long[] shape = result.GetTensorTypeAndShape().Shape;
        if (shape[value.Axes[0]] != whole.Height || shape[value.Axes[1]] != whole.Width)
        {
            throw new InvalidOperationException(
                $"'{name}' is {shape[value.Axes[1]]}×{shape[value.Axes[0]]} in a tile, where {whole.Width}×{whole.Height} were expected: " +
                "the network's sizes do not follow the picture's. Run it on the whole picture.");
        }

        if (name == pass.Target && pass.Norm is null)
        {
            output.Write(result, whole, part);
            return;
        }

        var view = new TileView(result.GetTensorDataAsSpan<float>(), whole.Height, whole.Width, part.Top - whole.Top, part.Left - whole.Left, part.Height, part.Width);
        statistics?.Add(view);
        if (pass.Kept.Contains(name)) stores[name].Write(view, part.Top, part.Left);
    }

    private OrtValue Read(TilingPass pass, string source, Rectangle whole)
    {
        if (!IsFloats(source))
        {
            Memory<byte> bytes = buffers.Bytes(graph.PictureChannels * whole.Height * whole.Width);
            picture.Read(whole, bytes.Span);
            return Value(bytes, 1, whole.Height, whole.Width, graph.PictureChannels);
        }

        SpatialValue value = graph.Find(source)!;
        Rectangle part = whole.At(value.Scales);
        Memory<float> planes = buffers.Floats(Rank(pass, source), value.Channels * part.Height * part.Width);
        if (source == graph.Picture.Name) picture.Read(part, planes.Span);
        else stores[source].Read(part, planes.Span);
        return Value(planes, 1, value.Channels, part.Height, part.Width);
    }

    // Its place among the pass's sources, from the largest.
    private int Rank(TilingPass pass, string source) => pass.Sources.Where(IsFloats).OrderByDescending(name => MaxTile(pass, name)).ToList().IndexOf(source);

    private bool IsFloats(string source) => source != graph.Picture.Name || !graph.TakesBytes;

    private int MaxTile(TilingPass pass, string source)
    {
        SpatialValue value = graph.Find(source)!;
        int height = Math.Min(picture.Height, tileHeight + pass.Halo[0].Before + pass.Halo[0].After);
        int width = Math.Min(picture.Width, tileWidth + pass.Halo[1].Before + pass.Halo[1].After);
        int channels = source == graph.Picture.Name ? graph.PictureChannels : value.Channels;
        return checked(channels * value.Scales[0].Of(height) * value.Scales[1].Of(width));
    }

    private static OrtValue Value<T>(Memory<T> memory, params long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);

    private PlaneStore Store(string name)
    {
        SpatialValue value = graph.Find(name)!;
        return new(pool, value.Channels, value.Scales[0].Of(picture.Height), value.Scales[1].Of(picture.Width), value.Scales[0].Of(tileHeight));
    }

    private void SetCoefficients(NodeProto norm, ChannelStatistics statistics)
    {
        (string factor, string summand) = PassModel.Coefficients(norm);
        (float[] Scale, float[] Bias)? affine = PassModel.Affine(norm, graph);
        (float[] factors, float[] summands) = statistics.Affine(norm.Number("epsilon", 1e-5f), affine?.Scale, affine?.Bias);
        coefficients[factor] = OrtValue.CreateTensorValueFromMemory(factors, [1, factors.Length, 1, 1]);
        coefficients[summand] = OrtValue.CreateTensorValueFromMemory(summands, [1, summands.Length, 1, 1]);
    }
}

/// <summary>The part of a tile's result that belongs to the tile, without its surroundings.</summary>
internal readonly ref struct TileView(ReadOnlySpan<float> data, int dataHeight, int dataWidth, int top, int left, int height, int width)
{
    private readonly ReadOnlySpan<float> data = data;

    public int Height => height;

    public int Width => width;

    public ReadOnlySpan<float> Row(int channel, int y) => data.Slice((channel * dataHeight + top + y) * dataWidth + left, width);
}

/// <summary>
/// Memory that tiles are read into, the same from pass to pass: what is thrown away, the collector leaves lying for long beside as much
/// as a run keeps.
/// </summary>
internal sealed class TileBuffers
{
    private readonly float[][] floats;
    private readonly byte[] bytes;

    /// <param name="lengths">By pass, how many numbers each of its sources' largest tile has.</param>
    /// <param name="byteCount">How many bytes a tile of the picture has, where the network takes bytes.</param>
    public TileBuffers(IReadOnlyList<int[]> lengths, int byteCount)
    {
        int most = lengths.Max(pass => pass.Length);
        floats = [.. Enumerable.Range(0, most).Select(i => new float[lengths.Max(pass => pass.OrderDescending().ElementAtOrDefault(i))])];
        bytes = new byte[byteCount];
    }

    public Memory<byte> Bytes(int count) => bytes.AsMemory(0, count);

    /// <param name="rank">The source's place among its pass's, from the largest.</param>
    /// <param name="count">How many numbers.</param>
    public Memory<float> Floats(int rank, int count) => floats[rank].AsMemory(0, count);
}

using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx.Format;
using MLNetGen.Onnx.Tiling;

namespace MLNetGen.Onnx;

/// <summary>
/// Runs an image-to-image network from an ONNX file on pictures of any size, tile by tile, in bounded memory, with the result of a run on
/// the whole picture.
/// </summary>
/// <remarks>
/// Tiles alone would each be normalised by its own mean and deviation, and differ in colour. Here the graph is cut at its instance
/// normalisations: one pass over all tiles to each of them gathers the whole picture's statistics, by which the following passes
/// normalise. Every tile is computed with as much of its surroundings as the layers see, so that only rounding is left of the seams:
/// well below one grey level. Works for any network of convolutions, pooling, resizing by whole factors, and element by element
/// operations; others are refused by name.
/// <para><see cref="Run"/> may be called from several threads at once; each call takes memory of its own, as <see cref="TilingOptions"/> say.
/// What it sets up for pictures of one size serves all that follow, until the network is disposed of.</para>
/// </remarks>
public sealed class TiledOnnxNetwork : IDisposable
{
    private readonly TilingGraph graph;
    private readonly PaddingRule padding;
    private readonly SpatialValue output;
    private readonly int tileHeight, tileWidth;
    private readonly TilingPlans plans;
    private readonly PassSession whole;

    /// <summary>Reads a network and checks that it can be run in tiles.</summary>
    /// <param name="path">
    /// An ONNX file. Its first input of four axes with 1 or 3 channels and of any height and width is the picture: float32 [N, C, H, W]
    /// with values 0–255, or uint8 [N, H, W, C]. Its first output is a picture of the same size, or whole times it, of either form.
    /// </param>
    /// <param name="options">Tile size, memory, threads and GPU; null: the defaults.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is not an ONNX file.</exception>
    /// <exception cref="NotSupportedException">A node needs the whole picture at once; names it.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file.</exception>
    /// <exception cref="InvalidOperationException">A GPU is asked for that is not there.</exception>
    public TiledOnnxNetwork(string path, TilingOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new();
        options.Check();
        PassEngine engine = new(options.Threads, OnnxGpu.Find(options.GpuDeviceId, options.FallbackToCpu, nameof(TilingOptions), out _));
        graph = new(Parse(File.ReadAllBytes(path), path));
        padding = new(graph);
        output = graph.Find(graph.Output.Name)!;
        if (output.Scales[0] != output.Scales[1] || output.Scales[0].Down != 1)
            throw new NotSupportedException($"The output of '{path}' is {output.Scales[1].Up}/{output.Scales[1].Down} as wide as its input; it must be whole times as large.");
        tileHeight = RoundUp(options.TileSize, padding.StrideY);
        tileWidth = RoundUp(options.TileSize, padding.StrideX);
        plans = new(graph, padding, engine, options.MemoryLimit, tileHeight);
        whole = new(() => graph.Model.ToByteArray(), engine, [graph.Output.Name]);
    }

    /// <summary>Channels of the pictures that it takes, 1 or 3.</summary>
    public int Channels => graph.PictureChannels;

    /// <summary>Channels of the pictures that it gives.</summary>
    public int OutputChannels => (int)output.Shape[output.Axes is [2, 3] ? 1 : 3];

    /// <summary>How many times as wide and high as its input its output is.</summary>
    public int OutputScale => (int)output.Scales[0].Up;

    /// <summary>The names of the inputs beside the picture, such as <c>strength</c>.</summary>
    public IReadOnlyList<string> OtherInputs => [.. graph.OtherInputs.Select(input => input.Name)];

    /// <summary>Runs the network on one picture. A picture no larger than a tile is run whole.</summary>
    /// <param name="pixels">[height, width, channels], 0–255.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="otherInputs">Numbers for every one of <see cref="OtherInputs"/>, by name.</param>
    /// <param name="progress">Is told the share that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Ends the run after the tile at work.</param>
    /// <returns>[height · scale, width · scale, channels], rounded to 0–255; the scale is <see cref="OutputScale"/>.</returns>
    /// <exception cref="ArgumentException">The sizes do not agree, or an input is missing, unknown or of another length.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public byte[] Run(
        byte[] pixels, int width, int height, IReadOnlyDictionary<string, float[]>? otherInputs = null,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != (long)width * height * Channels)
            throw new ArgumentException($"A picture of {width}×{height} with {Channels} channel(s) has {(long)width * height * Channels} bytes, not {pixels.LongLength}.", nameof(pixels));
        if ((long)width * height * OutputScale * OutputScale * OutputChannels > Array.MaxLength)
            throw new ArgumentException($"A picture of {width}×{height} would become one of {(long)width * OutputScale}×{(long)height * OutputScale}, more bytes than an array holds.", nameof(pixels));

        PicturePadding fill = padding.For(height, width);
        var picture = new PicturePlanes(pixels, height, width, Channels, fill);
        var result = new OutputPixels(output, OutputScale, height, width, fill);
        Dictionary<string, OrtValue> others = Values(otherInputs ?? new Dictionary<string, float[]>());
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (picture.Height <= tileHeight && picture.Width <= tileWidth)
            {
                RunWhole(picture, others, result);
                progress?.Report(1);
            }
            else
            {
                using var run = new TiledRun(graph, plans.For(picture.Height, picture.Width), picture, result, others, tileHeight, tileWidth);
                run.Run(progress, cancellationToken);
            }
        }
        finally
        {
            foreach (OrtValue value in others.Values) value.Dispose();
        }

        return result.Pixels;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        whole.Dispose();
        plans.Dispose();
        padding.Dispose();
    }

    private static ModelProto Parse(byte[] file, string path)
    {
        ModelProto model = Protos.Parse(new MemoryStream(file), $"'{path}'");
        return model.Graph is { Node.Count: > 0, Output.Count: > 0 } ? model : throw new InvalidDataException($"'{path}' is not an ONNX file: it holds no graph.");
    }

    private static int RoundUp(int length, int multiple) => (length + multiple - 1) / multiple * multiple;

    private void RunWhole(PicturePlanes picture, Dictionary<string, OrtValue> others, OutputPixels result)
    {
        Rectangle all = new(0, 0, picture.Height, picture.Width);
        using OrtValue value = Whole(picture, all);
        using IDisposableReadOnlyCollection<OrtValue> results = whole.Run(new Dictionary<string, OrtValue>(others) { [graph.Picture.Name] = value });
        Rectangle scaled = all.At(output.Scales);
        result.Write(results[0], scaled, scaled);
    }

    private OrtValue Whole(PicturePlanes picture, Rectangle all)
    {
        int count = Channels * all.Height * all.Width;
        if (graph.TakesBytes)
        {
            var bytes = new byte[count];
            picture.Read(all, bytes);
            return OrtValue.CreateTensorValueFromMemory(bytes, [1, all.Height, all.Width, Channels]);
        }

        var planes = new float[count];
        picture.Read(all, planes);
        return OrtValue.CreateTensorValueFromMemory(planes, [1, Channels, all.Height, all.Width]);
    }

    private Dictionary<string, OrtValue> Values(IReadOnlyDictionary<string, float[]> given)
    {
        if (given.Keys.FirstOrDefault(name => !OtherInputs.Contains(name)) is { } unknown)
            throw new ArgumentException($"The network has no input '{unknown}'; beside the picture it has {(OtherInputs.Count == 0 ? "none" : string.Join(", ", OtherInputs))}.", nameof(given));
        var values = new Dictionary<string, OrtValue>();
        foreach (ValueInfoProto input in graph.OtherInputs)
        {
            if (!given.TryGetValue(input.Name, out float[]? numbers))
                throw new ArgumentException($"The network's input '{input.Name}' is missing.", nameof(given));
            long[] shape = graph.ShapeOf(input.Name);
            if (input.Type.TensorType.ElemType != (int)OnnxElementType.Float || shape.Aggregate(1L, (a, b) => a * b) != numbers.Length)
            {
                throw new ArgumentException(
                    $"The network's input '{input.Name}' takes {(OnnxElementType)input.Type.TensorType.ElemType} [{string.Join(", ", shape)}], " +
                    $"but {numbers.Length} float32 were given.", nameof(given));
            }

            values[input.Name] = OrtValue.CreateTensorValueFromMemory(numbers, shape);
        }

        return values;
    }
}

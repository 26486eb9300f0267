using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using MLNetGen.Onnx.Tiling;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class TiledOnnxNetworkTests
{
    private static readonly OnnxExportOptions AnySize = new() { DynamicSize = true, InputNames = ["picture", "strength"] };

    [Theory]
    [InlineData(Borders.Reflection, Growth.Nearest, 32)]
    [InlineData(Borders.Reflection, Growth.Transposed, 48)]
    [InlineData(Borders.Reflection, Growth.PixelShuffle, 64)]
    [InlineData(Borders.Same, Growth.Nearest, 64)]
    [InlineData(Borders.Same, Growth.Transposed, 32)]
    [InlineData(Borders.Same, Growth.TransposedAndCut, 48)]
    public void Tiles_give_what_the_whole_picture_gives(Borders borders, Growth growth, int tileSize)
    {
        using OnnxFile file = Export(new PaintNetwork(borders, growth));
        foreach ((int width, int height) in new[] { (131, 97), (64, 160), (37, 203) })
        {
            byte[] pixels = WholeRun.Picture(width, height);
            Alike(WholeRun.Of(file, pixels, width, height, 1), Run(file, pixels, width, height, new() { TileSize = tileSize }), 1);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200_000)]
    [InlineData(600_000)]
    public void However_little_is_kept_the_result_is_the_same(long memoryLimit)
    {
        using OnnxFile file = Export(new PaintNetwork());
        byte[] pixels = WholeRun.Picture(150, 110);
        Alike(WholeRun.Of(file, pixels, 150, 110, 1), Run(file, pixels, 150, 110, new() { TileSize = 64, MemoryLimit = memoryLimit }), 1);
    }

    [Fact]
    public void What_is_kept_never_exceeds_the_limit()
    {
        const int Side = 256, Tile = 64;
        using OnnxFile file = Export(new PaintNetwork());
        var graph = new TilingGraph(ModelProto.Parser.ParseFrom(File.ReadAllBytes(file.Path)));
        using var filling = new PaddingRule(graph);
        using OrtValue strength = OrtValue.CreateTensorValueFromMemory(new[] { 1f }, [1]);
        // 4 channels at full size, 8 at half of it, 16 at a quarter: bytes of one such value.
        const int Full = 4 * Side * Side * 4, Half = Full / 2, Quarter = Full / 4;
        var kept = new List<long>();
        foreach (long limit in new long[] { 0, Quarter, 4 * Quarter, Full + Half, 2 * Full, 3 * Full, 6 * Full })
        {
            using var plans = new TilingPlans(graph, filling, new(), limit, Tile);
            PicturePadding fill = filling.For(Side, Side);
            var picture = new PicturePlanes(WholeRun.Picture(Side, Side), Side, Side, 3, fill);
            var output = new OutputPixels(graph.Find(graph.Output.Name)!, 1, Side, Side, fill);
            // Blocks of one row, so that bytes taken are bytes used.
            using var run = new TiledRun(graph, plans.For(Side, Side), picture, output, new() { ["strength"] = strength }, Tile, Tile, shortestBlock: 1);
            run.Run(null, CancellationToken.None);
            Assert.InRange(run.KeptBytes, 0, limit);
            kept.Add(run.KeptBytes);
        }

        Assert.Equal(kept.Order(), kept);
        Assert.True(kept.Distinct().Count() >= 3 && kept[^1] > Full, string.Join(", ", kept));
    }

    [Fact]
    public void Pictures_of_several_sizes_on_several_threads_come_out_as_alone()
    {
        using OnnxFile file = Export(new PaintNetwork());
        (int Width, int Height)[] sizes = [(90, 70), (64, 50), (90, 70), (71, 99), (30, 20), (90, 70), (30, 20), (71, 99)];
        using var tiled = new TiledOnnxNetwork(file.Path, new() { TileSize = 32 });
        byte[][] results = new byte[sizes.Length][];
        Parallel.For(0, sizes.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => results[i] = tiled.Run(
            WholeRun.Picture(sizes[i].Width, sizes[i].Height), sizes[i].Width, sizes[i].Height, new Dictionary<string, float[]> { ["strength"] = [1] }));
        for (int i = 0; i < sizes.Length; i++)
            Assert.Equal(Run(file, WholeRun.Picture(sizes[i].Width, sizes[i].Height), sizes[i].Width, sizes[i].Height, new() { TileSize = 32 }), results[i]);
    }

    [Fact]
    public void Tiles_normalised_alone_would_differ()
    {
        // That the comparison can fail: the same network over the same tiles, each by itself.
        using OnnxFile file = Export(new PaintNetwork());
        byte[] pixels = WholeRun.Picture(128, 64), whole = WholeRun.Of(file, pixels, 128, 64, 1);
        byte[] half = WholeRun.Of(file, [.. Enumerable.Range(0, 64).SelectMany(y => pixels.Skip(y * 128 * 3).Take(64 * 3))], 64, 64, 1);
        int differs = Enumerable.Range(0, 32).Max(x => Math.Abs(whole[(32 * 128 + x) * 3] - half[(32 * 64 + x) * 3]));
        Assert.True(differs > 5, $"{differs}");
    }

    [Fact]
    public void Strength_goes_through()
    {
        using OnnxFile file = Export(new PaintNetwork());
        byte[] pixels = WholeRun.Picture(90, 70);
        Assert.Equal(pixels, Run(file, pixels, 90, 70, new() { TileSize = 32 }, 0));
        Alike(WholeRun.Of(file, pixels, 90, 70, 0.4f), Run(file, pixels, 90, 70, new() { TileSize = 32 }, 0.4f), 1);
    }

    [Fact]
    public void A_network_of_bytes_runs_too()
    {
        using var module = new PaintNetwork();
        using OnnxFile floats = Export(module), bytes = OnnxFile.Of(module, [rand(1, 3, 32, 24) * 255, ones(1)], new()
        {
            DynamicSize = true,
            InputNames = ["picture", "strength"],
            PixelInput = new PixelInput([1]),
            PixelOutput = new PixelOutput([1]),
        });
        byte[] pixels = WholeRun.Picture(99, 75);
        Alike(WholeRun.Of(floats, pixels, 99, 75, 1), Run(bytes, pixels, 99, 75, new() { TileSize = 32 }), 1);
    }

    [Fact]
    public void A_picture_no_larger_than_a_tile_is_run_whole()
    {
        using OnnxFile file = Export(new PaintNetwork());
        byte[] pixels = WholeRun.Picture(63, 61);
        Assert.Equal(WholeRun.Of(file, pixels, 63, 61, 1), Run(file, pixels, 63, 61, new() { TileSize = 64 }));
    }

    [Fact]
    public void An_enlarging_network_gives_the_enlarged_picture()
    {
        using var scope = NewDisposeScope();
        Module<Tensor, Tensor> network = Sequential(
            new Scale(1 / 255.0), Conv2d(3, 12, 3, padding: 1), InstanceNorm2d(12, affine: true), ReLU(), PixelShuffle(2), Conv2d(3, 6, 3, padding: 1),
            Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear), Conv2d(6, 3, 5, padding: 2), Tanh(), new Scale(127.5, 127.5));
        using OnnxFile file = OnnxFile.Of(network, rand(1, 3, 16, 24), new() { DynamicSize = true });
        using var tiled = new TiledOnnxNetwork(file.Path, new() { TileSize = 32 });
        Assert.Equal((3, 3, 4), (tiled.Channels, tiled.OutputChannels, tiled.OutputScale));
        byte[] pixels = WholeRun.Picture(75, 50);
        Alike(WholeRun.Of(file, pixels, 75, 50, null), tiled.Run(pixels, 75, 50), 1);
    }

    [Fact]
    public void A_network_that_does_not_fill_up_is_given_pictures_filled_up_by_reflection()
    {
        using var scope = NewDisposeScope();
        Module<Tensor, Tensor> network = Sequential(
            new Scale(1 / 255.0), Conv2d(3, 6, 3, stride: 2, padding: 1), InstanceNorm2d(6), ReLU(),
            Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest), Conv2d(6, 3, 3, padding: 1), Tanh(), new Scale(127.5, 127.5));
        using OnnxFile file = OnnxFile.Of(network, rand(1, 3, 16, 24), new() { DynamicSize = true });
        byte[] pixels = WholeRun.Picture(63, 50);
        // 64 wide: beside column 62 comes column 61 again.
        byte[] filled = [.. Enumerable.Range(0, 50).SelectMany(y => Enumerable.Range(0, 64).SelectMany(x => pixels.Skip((y * 63 + (x < 63 ? x : 61)) * 3).Take(3)))];
        byte[] whole = WholeRun.Of(file, filled, 64, 50, null);
        byte[] expected = [.. Enumerable.Range(0, 50).SelectMany(y => whole.Skip(y * 64 * 3).Take(63 * 3))];
        using var tiled = new TiledOnnxNetwork(file.Path, new() { TileSize = 16 });
        Alike(expected, tiled.Run(pixels, 63, 50), 1);
    }

    [Fact]
    public void A_network_that_sees_all_at_once_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        Module<Tensor, Tensor> network = Sequential(("look", Conv2d(3, 3, 3, padding: 1)), ("shrink", AdaptiveAvgPool2d(1)), ("grow", Upsample(size: [8, 8])));
        using OnnxFile file = OnnxFile.Of(network, rand(1, 3, 16, 24), new() { DynamicSize = true });
        NotSupportedException e = Assert.Throws<NotSupportedException>(() => new TiledOnnxNetwork(file.Path));
        Assert.Contains("'shrink/GlobalAveragePool'", e.Message, StringComparison.Ordinal);
        Assert.Contains("Run it on the whole picture", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cutting_the_borders_off_is_followed_and_cutting_to_a_fixed_size_is_refused()
    {
        using var scope = NewDisposeScope();
        Module<Tensor, Tensor> valid = Sequential(
            new Scale(1 / 10.0, -12), ReflectionPad2d(6), Conv2d(3, 6, 5), ReLU(), new CutOff(1, 3, 3, 1), Conv2d(6, 3, 5), Tanh(), new Scale(127.5, 127.5));
        using OnnxFile file = OnnxFile.Of(valid, rand(1, 3, 24, 32), new() { DynamicSize = true });
        byte[] pixels = WholeRun.Picture(70, 41);
        using var tiled = new TiledOnnxNetwork(file.Path, new() { TileSize = 16 });
        Alike(WholeRun.Of(file, pixels, 70, 41, null), tiled.Run(pixels, 70, 41), 1);

        using OnnxFile cutting = OnnxFile.Of(Sequential(Conv2d(3, 3, 3, padding: 1), new Slice(2, 0, 16)), rand(1, 3, 24, 32), new() { DynamicSize = true });
        Assert.Contains("depends on its size", Assert.Throws<NotSupportedException>(() => new TiledOnnxNetwork(cutting.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_of_one_size_is_refused()
    {
        using OnnxFile file = OnnxFile.Of(new PaintNetwork(), [rand(1, 3, 32, 24), ones(1)]);
        Assert.Contains("dynamic height and width", Assert.Throws<NotSupportedException>(() => new TiledOnnxNetwork(file.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_network_is_refused()
    {
        using var file = new OnnxFile();
        File.WriteAllText(file.Path, "no network");
        Assert.Throws<InvalidDataException>(() => new TiledOnnxNetwork(file.Path));
    }

    [Fact]
    public void Inputs_missing_unknown_or_of_another_length_are_named()
    {
        using OnnxFile file = Export(new PaintNetwork());
        using var tiled = new TiledOnnxNetwork(file.Path);
        Assert.Equal(["strength"], tiled.OtherInputs);
        var pixels = new byte[12 * 12 * 3];
        Assert.Contains("'strength'", Assert.Throws<ArgumentException>(() => tiled.Run(pixels, 12, 12)).Message, StringComparison.Ordinal);
        Assert.Contains("'much'", Assert.Throws<ArgumentException>(() => tiled.Run(pixels, 12, 12, new Dictionary<string, float[]> { ["much"] = [1] })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => tiled.Run(pixels, 12, 12, new Dictionary<string, float[]> { ["strength"] = [1, 2] }));
        Assert.Throws<ArgumentException>(() => tiled.Run(pixels, 12, 13, new Dictionary<string, float[]> { ["strength"] = [1] }));
    }

    [Fact]
    public void Progress_rises_to_one_and_cancelling_ends_it()
    {
        using OnnxFile file = Export(new PaintNetwork());
        using var tiled = new TiledOnnxNetwork(file.Path, new() { TileSize = 32 });
        using var source = new CancellationTokenSource();
        var inputs = new Dictionary<string, float[]> { ["strength"] = [1] };
        byte[] pixels = WholeRun.Picture(80, 80);
        var told = new Told();
        tiled.Run(pixels, 80, 80, inputs, told);
        Assert.Equal(told.Shares.Order(), told.Shares);
        Assert.Equal(1, told.Shares[^1], 1e-9);

        var stopping = new Told(share =>
        {
            if (share > 0.3) source.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => tiled.Run(pixels, 80, 80, inputs, stopping, source.Token));
        Assert.InRange(stopping.Shares[^1], 0.3, 0.9);
    }

    [Fact]
    public void A_GPU_that_is_not_there_is_an_error_or_the_processor_takes_its_place()
    {
        using OnnxFile file = Export(new PaintNetwork());
        TilingOptions options = new() { TileSize = 32, GpuDeviceId = 99 };
        Assert.StartsWith("TilingOptions.GpuDeviceId is 99, and ONNX Runtime cannot use that GPU here (", Assert.Throws<InvalidOperationException>(() => new TiledOnnxNetwork(file.Path, options)).Message, StringComparison.Ordinal);
        options.FallbackToCpu = true;
        byte[] pixels = WholeRun.Picture(80, 70);
        Assert.Equal(Run(file, pixels, 80, 70, new() { TileSize = 32 }), Run(file, pixels, 80, 70, options));
        Assert.NotNull(OnnxGpu.Problem(99));
        using PassSession session = new(() => File.ReadAllBytes(file.Path), new(Threads: 1, Gpu: 99), []);
        Assert.ThrowsAny<Exception>(session.Prepare);
    }

    private static OnnxFile Export(PaintNetwork network)
    {
        using var scope = NewDisposeScope();
        return OnnxFile.Of(network, [rand(1, 3, 32, 24) * 255, ones(1)], AnySize);
    }

    private static byte[] Run(OnnxFile file, byte[] pixels, int width, int height, TilingOptions options, float strength = 1)
    {
        using var tiled = new TiledOnnxNetwork(file.Path, options);
        return tiled.Run(pixels, width, height, new Dictionary<string, float[]> { ["strength"] = [strength] });
    }

    private static void Alike(byte[] expected, byte[] actual, int tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Distinct().Count() > 50, "the picture is flat");
        int worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= tolerance, $"they differ by {worst}");
    }

    private sealed class Told(Action<double>? then = null) : IProgress<double>
    {
        public List<double> Shares { get; } = [];

        public void Report(double value)
        {
            Shares.Add(value);
            then?.Invoke(value);
        }
    }
}

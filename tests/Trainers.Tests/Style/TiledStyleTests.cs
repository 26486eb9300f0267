using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx;
using MLNetGen.Style;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Style;

/// <summary>Every kind of style network, exported as it is published, in tiles and whole.</summary>
public class TiledStyleTests
{
    private const int Width = 101, Height = 75;

    [Theory]
    [InlineData(StyleNetwork.Small, 1, StyleUpsampling.NearestConvolution, StylePadding.Reflection)]
    [InlineData(StyleNetwork.Small, 3, StyleUpsampling.NearestConvolution, StylePadding.Same)]
    [InlineData(StyleNetwork.Small, 1, StyleUpsampling.TransposedConvolution, StylePadding.Same)]
    [InlineData(StyleNetwork.Full, 2, StyleUpsampling.TransposedConvolution, StylePadding.Reflection)]
    public void Tiles_give_what_the_whole_picture_gives(StyleNetwork network, int styles, StyleUpsampling upsampling, StylePadding padding)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using TransformNetwork transform = new(new StyleShape(network, styles, upsampling, padding));
        using StyleOnnxFiles files = StyleOnnxFiles.Export(transform, [.. Enumerable.Range(0, styles).Select(i => $"style {i}")], "none");
        byte[] pixels = new byte[Width * Height * 3];
        new Random(1).NextBytes(pixels);
        // Its left half is darker: no tile's statistics are the picture's.
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i / 3 % Width < Width / 2 ? pixels[i] / 4 : pixels[i]);
        Dictionary<string, float[]> settings = new() { [StylizerModule.Strength] = [0.8f] };
        if (styles > 1)
            settings[StylizerModule.Style] = [.. Enumerable.Range(1, styles).Select(i => (float)(2.0 * i / (styles * (styles + 1))))];

        byte[] whole = Whole(files.Bytes, pixels, settings);
        foreach (string file in new[] { files.Floats, files.Bytes })
        {
            using TiledOnnxNetwork tiled = new(file, new TilingOptions { TileSize = 32 });
            int worst = whole.Zip(tiled.Run(pixels, Width, Height, settings), (a, b) => Math.Abs(a - b)).Max();
            Assert.True(worst <= 1, $"they differ by {worst}");
        }
    }

    private static byte[] Whole(string path, byte[] pixels, Dictionary<string, float[]> settings)
    {
        using InferenceSession session = new(path);
        using RunOptions run = new();
        Dictionary<string, OrtValue> feeds = settings.ToDictionary(pair => pair.Key, pair => OrtValue.CreateTensorValueFromMemory(
            pair.Value, session.InputMetadata[pair.Key].Dimensions.Length == 1 ? [1] : [1, pair.Value.Length]));
        feeds.Add(StylizerModule.Picture, OrtValue.CreateTensorValueFromMemory(pixels, [1, Height, Width, 3]));
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, feeds, session.OutputNames);
            return results[0].GetTensorDataAsSpan<byte>().ToArray();
        }
        finally
        {
            foreach (OrtValue value in feeds.Values)
                value.Dispose();
        }
    }
}

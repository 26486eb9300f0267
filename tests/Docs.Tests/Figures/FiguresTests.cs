using SkiaSharp;

namespace MLNetGen.Tests.Docs.Figures;

/// <summary>The pages' figures are what the project draws.</summary>
public sealed class FiguresTests
{
    // Of a grey level, over the picture: another build of Skia may smooth an edge otherwise.
    private const double MostDifference = 1;

    public static TheoryData<string> Names => [.. Figure.All.Select(figure => figure.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_figure_is_as_it_is_drawn(string name)
    {
        Figure figure = Figure.All.Single(figure => figure.Name == name);
        if (UpdatedDocs.Wanted)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(figure.Path)!);
            figure.Save(figure.Path);
        }
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + Path.GetExtension(name));
        try
        {
            figure.Save(path);
            List<SKBitmap> drawn = Frames(path), there = Frames(figure.Path);
            Assert.Equal(drawn.Count, there.Count);
            Assert.All(drawn.Zip(there), pair => Assert.InRange(Difference(pair.First, pair.Second), 0, MostDifference));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static List<SKBitmap> Frames(string path)
    {
        using SKCodec codec = SKCodec.Create(path);
        SKImageInfo info = new(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888);
        List<SKBitmap> frames = [];
        for (int frame = 0; frame < Math.Max(1, codec.FrameCount); frame++)
        {
            SKBitmap bitmap = new(info);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, bitmap.GetPixels(), new SKCodecOptions(frame)));
            frames.Add(bitmap);
        }
        return frames;
    }

    private static double Difference(SKBitmap a, SKBitmap b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        return a.Bytes.Zip(b.Bytes, (x, y) => (double)Math.Abs(x - y)).Average();
    }
}

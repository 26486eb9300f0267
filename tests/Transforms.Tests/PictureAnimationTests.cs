namespace MLNetGen.Tests;

public class PictureAnimationTests
{
    private static readonly TimeSpan Tenth = TimeSpan.FromMilliseconds(100);

    [PythonFact(PythonGif.Module)]
    public void Another_decoder_reads_frames_delays_and_grey_pixels_as_they_were()
    {
        using var folder = new TestFolder();
        // All 256 greys, in noise of many codes, and in one frame without any change.
        Picture[] frames = [Grey(101, 67, (x, y) => x * 7 + y * 13), Noise(101, 67, 1, seed: 1), Grey(101, 67, (_, _) => 200)];
        PictureAnimation.SaveGif(folder.Path("new/run.gif"), frames, Tenth, TimeSpan.FromSeconds(2));

        var (read, loop) = PythonGif.Read(folder.Path("new/run.gif"));
        Assert.Equal(0, loop);
        Assert.Equal([100, 100, 2000], read.Select(frame => frame.Delay));
        Assert.Equal(frames.Select(Colour), read.Select(frame => frame.Picture.Pixels));
        Assert.Equal(["run.gif"], Directory.GetFiles(folder.Path("new")).Select(Path.GetFileName));
    }

    // Around the lengths at which the codes grow, run out (after 4096 - 258) and are cleared.
    [PythonTheory(PythonGif.Module)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(253)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1790)]
    [InlineData(1791)]
    [InlineData(3837)]
    [InlineData(3838)]
    [InlineData(3839)]
    [InlineData(3840)]
    [InlineData(3841)]
    [InlineData(20_000)]
    public void Noise_of_any_length_is_read_back(int pixels)
    {
        using var folder = new TestFolder();
        var frame = Noise(pixels, 1, 1, seed: pixels);
        PictureAnimation.SaveGif(folder.Path("noise.gif"), [frame], Tenth);
        Assert.Equal(Colour(frame), Assert.Single(PythonGif.Read(folder.Path("noise.gif")).Frames).Picture.Pixels);
    }

    [PythonFact(PythonGif.Module)]
    public void Up_to_256_colours_are_exact_and_one_more_is_not()
    {
        using var folder = new TestFolder();
        // Two frames of 128 colours each.
        Picture[] frames = [Colours(0, 128), Colours(128, 128)];
        PictureAnimation.SaveGif(folder.Path("exact.gif"), frames, Tenth);
        Assert.Equal(frames.Select(f => f.Pixels), PythonGif.Read(folder.Path("exact.gif")).Frames.Select(f => f.Picture.Pixels));

        PictureAnimation.SaveGif(folder.Path("fitted.gif"), [Colours(0, 257)], Tenth);
        Assert.NotEqual(Colours(0, 257).Pixels, PythonGif.Read(folder.Path("fitted.gif")).Frames[0].Picture.Pixels);

        static Picture Colours(int first, int count) =>
            new(count, 1, 3, [.. Enumerable.Range(first, count).SelectMany(i => new[] { (byte)(i * 37), (byte)(i * 101), (byte)(i / 2) })]);
    }

    [PythonFact(PythonGif.Module)]
    public void Pictures_of_many_colours_lose_little()
    {
        using var folder = new TestFolder();
        // A sky, a sun in it, in every frame somewhere else: thousands of colours.
        var frames = Enumerable.Range(0, 4).Select(i => Sky(64 + 16 * i, 40)).ToArray();
        PictureAnimation.SaveGif(folder.Path("sky.gif"), frames, Tenth);
        var read = PythonGif.Read(folder.Path("sky.gif")).Frames;
        Assert.Equal(frames.Length, read.Count);
        for (var i = 0; i < frames.Length; i++)
        {
            var errors = frames[i].Pixels.Zip(read[i].Picture.Pixels, (a, b) => Math.Abs(a - b)).ToArray();
            Assert.InRange(Math.Sqrt(errors.Average(e => e * e)), 0, 4);
            Assert.InRange(errors.Max(), 1, 32);
        }
    }

    [Fact]
    public void Frames_are_made_when_they_are_asked_for()
    {
        using var folder = new TestFolder();
        var made = 0;
        IEnumerable<Picture> Frames()
        {
            for (var i = 0; i < 5; i++, made++)
                yield return Grey(8, 8, (x, y) => x * y);
        }
        PictureAnimation.SaveGif(folder.Path("lazy.gif"), Frames(), Tenth);
        Assert.Equal(10, made);
        Assert.Equal("GIF89a"u8, File.ReadAllBytes(folder.Path("lazy.gif")).AsSpan(0, 6));
    }

    [Fact]
    public void What_cannot_be_animated_is_refused()
    {
        using var folder = new TestFolder();
        Picture[] two = [Grey(8, 8, (_, _) => 0), Grey(8, 9, (_, _) => 0)];
        Assert.Contains("Frame 2 is 8×9, the first is 8×8", Refused<ArgumentException>(two, Tenth));
        Assert.Contains("no frames", Refused<ArgumentException>([], Tenth));
        Assert.Contains("65535", Refused<ArgumentException>([Grey(65_536, 1, (_, _) => 0)], Tenth));
        Assert.Contains("10 ms", Refused<ArgumentOutOfRangeException>(two[..1], TimeSpan.FromMilliseconds(4)));
        Assert.Contains(".gif", Assert.Throws<ArgumentException>(() => PictureAnimation.SaveGif(folder.Path("a.png"), two[..1], Tenth)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));

        string Refused<T>(Picture[] frames, TimeSpan delay)
            where T : Exception => Assert.Throws<T>(() => PictureAnimation.SaveGif(folder.Path("a.gif"), frames, delay)).Message;
    }

    private static Picture Grey(int width, int height, Func<int, int, int> value) =>
        new(width, height, 1, [.. Enumerable.Range(0, width * height).Select(i => (byte)value(i % width, i / width))]);

    private static Picture Noise(int width, int height, int channels, int seed)
    {
        var pixels = new byte[width * height * channels];
        new Random(seed).NextBytes(pixels);
        return new Picture(width, height, channels, pixels);
    }

    private static Picture Sky(int sunX, int sunY)
    {
        var pixels = new byte[128 * 96 * 3];
        for (var i = 0; i < 128 * 96; i++)
        {
            var (x, y) = (i % 128, i / 128);
            var sun = Math.Exp(-(Math.Pow(x - sunX, 2) + Math.Pow(y - sunY, 2)) / 300);
            pixels[3 * i] = (byte)(40 + y + 120 * sun);
            pixels[3 * i + 1] = (byte)(90 + y + 70 * sun);
            pixels[3 * i + 2] = (byte)(250 - y / 2 - 160 * sun);
        }
        return new Picture(128, 96, 3, pixels);
    }

    private static byte[] Colour(Picture grey) => [.. grey.Pixels.SelectMany(value => new[] { value, value, value })];
}

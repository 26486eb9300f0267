namespace MLNetGen.Tests;

public class FrameFolderTests
{
    [Fact]
    public void Frames_are_ordered_as_people_count()
    {
        string[] expected = ["frame1.png", "frame02.png", "frame2.png", "Frame10.png", "frame10b.png", "frame100.png", "shot2_1.png", "shot10_1.png"];
        Assert.Equal(expected, expected.Reverse().Order(NaturalOrder.Comparer));
        Assert.Equal(expected, expected.Order(StringComparer.Ordinal).Order(NaturalOrder.Comparer));
    }

    [Fact]
    public void Numbers_longer_than_any_integer_are_compared() =>
        Assert.True(NaturalOrder.Comparer.Compare("f99999999999999999999999", "f100000000000000000000000") < 0);

    [Fact]
    public void Every_frame_goes_through_the_function_in_order_and_keeps_its_name()
    {
        using var folder = new TestFolder();
        foreach (var n in new[] { 10, 2, 1 })
            MadePictures.Solid(4, 4, (byte)n, 0, 0).Save(folder.Path($"in/frame{n}.png"));
        File.WriteAllText(folder.Path("in/notes.txt"), "no frame");
        var seen = new List<byte>();
        var count = FrameFolder.Map(folder.Path("in"), folder.Path("out"), frame =>
        {
            seen.Add(frame.Pixels[0]);
            return MadePictures.Solid(2, 2, 0, frame.Pixels[0], 0);
        });
        Assert.Equal(3, count);
        Assert.Equal([1, 2, 10], seen);
        Assert.Equal(["frame1.png", "frame2.png", "frame10.png"], FrameFolder.List(folder.Path("out")).Select(Path.GetFileName));
        using var image = PictureFile.Decode(folder.Path("out/frame10.png"), "frame10");
        Assert.Equal([0, 10, 0], Picture.FromImage(image).Pixels[..3]);
    }

    [Fact]
    public void Cancelled_the_frames_finished_stay()
    {
        using var folder = new TestFolder();
        using var source = new CancellationTokenSource();
        for (var n = 1; n <= 4; n++)
            MadePictures.Solid(4, 4, 0, 0, 0).Save(folder.Path($"in/{n}.png"));
        var seen = 0;
        Assert.Throws<OperationCanceledException>(() => FrameFolder.Map(folder.Path("in"), folder.Path("out"), frame =>
        {
            if (++seen == 2)
                source.Cancel();
            return frame;
        }, null, source.Token));
        Assert.Equal(["1.png", "2.png"], FrameFolder.List(folder.Path("out")).Select(Path.GetFileName));
    }

    [Fact]
    public void Wrong_folders_are_refused()
    {
        using var folder = new TestFolder();
        Assert.Throws<DirectoryNotFoundException>(() => FrameFolder.List(folder.Path("none")));
        Assert.Throws<InvalidDataException>(() => FrameFolder.List(folder.Root));
        MadePictures.Solid(1, 1, 0, 0, 0).Save(folder.Path("in/1.png"));
        Assert.Throws<ArgumentException>(() => FrameFolder.Map(folder.Path("in"), folder.Path("in/"), frame => frame));
        File.WriteAllText(folder.Path("in/2.png"), "no picture");
        Assert.Contains("2.png", Assert.Throws<InvalidDataException>(() => FrameFolder.Map(folder.Path("in"), folder.Path("out"), frame => frame)).Message, StringComparison.Ordinal);
    }
}

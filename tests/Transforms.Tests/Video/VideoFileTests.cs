namespace MLNetGen.Tests;

public class VideoFileTests
{
    [FfmpegFact]
    public void A_video_is_described()
    {
        using var folder = new TestFolder();
        var video = VideoFile.Describe(MadeVideo.WithTone(folder, "-card.mp4", 64, 48, "30000/1001", 1));
        Assert.Equal((64, 48, "30000/1001", 30, true), (video.Width, video.Height, video.FrameRate, video.FrameCount, video.HasAudio));
        Assert.False(VideoFile.Describe(MadeVideo.Brightening(folder, "silent.mkv", 4)).HasAudio);
    }

    [FfmpegFact]
    public void Frames_come_in_order_and_all()
    {
        using var folder = new TestFolder();
        var means = VideoFile.ReadFrames(MadeVideo.Brightening(folder, "b.mp4", 10)).Select(frame => MadePictures.Mean(frame, 1)).ToList();
        Assert.Equal(10, means.Count);
        for (var n = 0; n < 10; n++)
            Assert.Equal(20 * n * 255 / 219.0, means[n], 1.5);
    }

    [FfmpegFact]
    public void A_turned_video_comes_upright()
    {
        using var folder = new TestFolder();
        var flat = MadeVideo.Brightening(folder, "flat.mp4", 3);
        var turned = MadeVideo.Make(folder, "turned.mp4", "-i", flat, "-c", "copy", "-metadata:s:v:0", "rotate=90");
        Assert.Equal((32, 48), (VideoFile.Describe(turned).Width, VideoFile.Describe(turned).Height));
        Assert.Equal([(32, 48), (32, 48), (32, 48)], VideoFile.ReadFrames(turned).Select(frame => (frame.Width, frame.Height)));
    }

    [FfmpegFact]
    public void Mapping_keeps_count_rate_size_and_every_packet_of_the_sound()
    {
        using var folder = new TestFolder();
        var input = MadeVideo.WithTone(folder, "card.mp4", 64, 48, "25", 1);
        var told = new List<VideoProgress>();
        var report = VideoFile.Map(input, folder.Path("new/out.mp4"), frame => frame, new Told(told.Add));

        Assert.Equal(new VideoReport(25, ""), report);
        Assert.Equal("64,48,25/1,25", MadeVideo.Ask(folder.Path("new/out.mp4"), "v:0", "width,height,avg_frame_rate,nb_read_packets"));
        Assert.Equal(MadeVideo.SoundPackets(input), MadeVideo.SoundPackets(folder.Path("new/out.mp4")));
        Assert.Equal(Enumerable.Range(1, 25).Select(n => new VideoProgress(n, 25)), told);
        Assert.Equal(["out.mp4"], Directory.GetFileSystemEntries(folder.Path("new")).Select(Path.GetFileName));
    }

    [FfmpegFact]
    public void Mapped_frames_are_what_the_function_gave_in_their_places()
    {
        using var folder = new TestFolder();
        var n = 0;
        VideoFile.Map(MadeVideo.Brightening(folder, "b.mkv", 6), folder.Path("out.mkv"), _ => Colours(n++));
        var frames = VideoFile.ReadFrames(folder.Path("out.mkv")).ToList();
        Assert.Equal(6, frames.Count);
        for (var i = 0; i < 6; i++)
            for (var c = 0; c < 3; c++)
                Assert.Equal(MadePictures.Mean(Colours(i), c), MadePictures.Mean(frames[i], c), 3.0);

        static Picture Colours(int i) => MadePictures.Solid(96, 64, (byte)(30 + 35 * i), (byte)(200 - 30 * i), 90);
    }

    [FfmpegFact]
    public void Odd_sizes_stay_as_they_are()
    {
        using var folder = new TestFolder();
        VideoFile.Map(MadeVideo.WithTone(folder, "odd.mp4", 63, 47, "10", 0.3), folder.Path("out.mov"), frame => frame);
        Assert.Equal("63,47,3", MadeVideo.Ask(folder.Path("out.mov"), "v:0", "width,height,nb_read_packets"));
    }

    [FfmpegFact]
    public void Interrupted_what_is_finished_plays_with_its_part_of_the_sound()
    {
        using var folder = new TestFolder();
        using var source = new CancellationTokenSource();
        var input = MadeVideo.WithTone(folder, "card.mp4", 64, 48, "25", 2);
        var e = Assert.Throws<VideoInterruptedException>(() => VideoFile.Map(input, folder.Path("out.mp4"), frame => frame, new Told(progress =>
        {
            if (progress.Frames == 20)
                source.Cancel();
        }), source.Token));

        Assert.Equal((20, folder.Path("out.partial.mp4")), (e.Frames, e.PartialPath));
        Assert.Contains("out.partial.mp4", e.Message, StringComparison.Ordinal);
        Assert.Equal(20, VideoFile.ReadFrames(e.PartialPath!).Count());
        Assert.InRange(double.Parse(MadeVideo.Ask(e.PartialPath!, "a:0", "duration"), System.Globalization.CultureInfo.InvariantCulture), 0.7, 0.9);
        Assert.Equal(["card.mp4", "out.partial.mp4"], Directory.GetFiles(folder.Root).Select(Path.GetFileName).Order());
    }

    [FfmpegFact]
    public void A_function_that_fails_leaves_the_frames_before()
    {
        using var folder = new TestFolder();
        var n = 0;
        Assert.Throws<InvalidOperationException>(() => VideoFile.Map(
            MadeVideo.Brightening(folder, "b.mp4", 8), folder.Path("out.mkv"), frame => n++ < 5 ? frame : throw new InvalidOperationException("no")));
        Assert.Equal(5, VideoFile.ReadFrames(folder.Path("out.partial.mkv")).Count());
        Assert.False(File.Exists(folder.Path("out.mkv")));
    }

    [FfmpegFact]
    public void A_video_cut_off_gives_the_frames_that_are_there_or_says_that_there_are_none()
    {
        using var folder = new TestFolder();
        var whole = File.ReadAllBytes(MadeVideo.WithTone(folder, "whole.mkv", 64, 48, "25", 2));
        var cut = folder.Write("cut.mkv", whole[..(whole.Length / 2)]);
        var report = VideoFile.Map(cut, folder.Path("out.mkv"), frame => frame);
        Assert.InRange(report.Frames, 5, 49);
        Assert.NotEmpty(report.Complaints);

        // An MP4's table of contents comes last.
        var headless = File.ReadAllBytes(MadeVideo.WithTone(folder, "whole.mp4", 64, 48, "25", 1));
        var broken = folder.Write("broken.mp4", headless[..(headless.Length / 2)]);
        var e = Assert.Throws<InvalidDataException>(() => VideoFile.Map(broken, folder.Path("never.mp4"), frame => frame));
        Assert.Contains("moov atom not found", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Path("never.mp4")));
    }

    [FfmpegFact]
    public void Sound_that_does_not_fit_is_named_with_the_remedy_before_the_first_frame()
    {
        using var folder = new TestFolder();
        var input = MadeVideo.Make(folder, "in.mkv", "-f", "lavfi", "-i", "testsrc=size=48x32:rate=10:duration=0.5", "-f", "lavfi", "-i", "sine=duration=0.5", "-c:a", "pcm_s16le");
        var e = Assert.Throws<InvalidDataException>(() => VideoFile.Map(input, folder.Path("out.mp4"), _ => throw new InvalidOperationException("a frame was asked for")));
        Assert.Contains(".mkv takes any sound", e.Message, StringComparison.Ordinal);
        Assert.Equal(["in.mkv"], Directory.GetFileSystemEntries(folder.Root).Select(Path.GetFileName));
        Assert.Equal(5, VideoFile.Map(input, folder.Path("out.mkv"), frame => frame).Frames);
    }

    [FfmpegTheory]
    [InlineData("city.partial.mkv", "city.mkv")]
    [InlineData("city.partial.mkv", "city.mp4")]
    [InlineData("city.partial.mp4", "city.mp4")]
    public void An_input_named_like_the_unfinished_output_is_left_as_it_is(string from, string to)
    {
        using var folder = new TestFolder();
        var input = MadeVideo.Brightening(folder, from, 4);
        var before = File.ReadAllBytes(input);
        Assert.Equal(4, VideoFile.Map(input, folder.Path(to), frame => frame).Frames);
        Assert.Equal(before, File.ReadAllBytes(input));
        Assert.Equal(4, VideoFile.ReadFrames(folder.Path(to)).Count());
        Assert.Throws<InvalidOperationException>(() => VideoFile.Map(input, folder.Path(to), Failing(2)));
        Assert.Equal(before, File.ReadAllBytes(input));
        Assert.Equal(2, VideoFile.ReadFrames(folder.Path("city.partial-2" + Path.GetExtension(to))).Count());
    }

    [FfmpegFact]
    public void Interrupted_again_the_frames_of_both_runs_are_kept()
    {
        using var folder = new TestFolder();
        var input = MadeVideo.Brightening(folder, "b.mp4", 6);
        for (var run = 1; run <= 3; run++)
            Assert.Throws<InvalidOperationException>(() => VideoFile.Map(input, folder.Path("out.mp4"), Failing(run)));
        Assert.Equal([1, 2, 3], new[] { "out.partial.mp4", "out.partial-2.mp4", "out.partial-3.mp4" }.Select(name => VideoFile.ReadFrames(folder.Path(name)).Count()));
        Assert.Equal(4, Directory.GetFiles(folder.Root).Length);
    }

    [FfmpegFact]
    public void A_video_whose_frames_change_size_keeps_the_first_size()
    {
        using var folder = new TestFolder();
        // Transport streams may be put end to end; the picture's size then changes on the way.
        string[] parts = [.. new[] { (48, 32), (80, 64) }.Select(size => MadeVideo.Make(folder, $"{size.Item1}.ts", "-f", "lavfi", "-i",
            $"color=red:size={size.Item1}x{size.Item2}:rate=10:duration=1", "-c:v", "libx264", "-preset", "ultrafast"))];
        var input = folder.Write("changing.ts", [.. parts.SelectMany(File.ReadAllBytes)]);
        var frames = VideoFile.ReadFrames(input).ToList();
        Assert.InRange(frames.Count, 18, 22);
        Assert.All(frames, frame =>
        {
            Assert.Equal((48, 32), (frame.Width, frame.Height));
            Assert.All(Enumerable.Range(0, 48 * 32), place => Assert.InRange(frame.Pixels[place * 3] - frame.Pixels[place * 3 + 1], 230, 255));
        });
    }

    [FfmpegFact]
    public void A_signal_to_the_group_that_ffmpeg_was_started_in_does_not_reach_it()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var ours = FfmpegProcess.Start("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=16x16:rate=10", "-f", "rawvideo", "pipe:1");
        Assert.Equal(1, ours.Output.Read(new byte[1]));
        Assert.NotEqual(Group("self"), Group($"{ours.Id}"));

        static string Group(string process) => File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ')[3];
    }

    [FfmpegFact]
    public void What_is_no_video_is_said_to_be_none()
    {
        using var folder = new TestFolder();
        Assert.Throws<InvalidDataException>(() => VideoFile.Describe(folder.Write("text.mp4", "no video"u8.ToArray())));
        var tone = MadeVideo.Make(folder, "tone.m4a", "-f", "lavfi", "-i", "sine=duration=0.2", "-c:a", "aac");
        Assert.Contains("only sound", Assert.Throws<InvalidDataException>(() => VideoFile.Describe(tone)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => VideoFile.Describe(folder.Path("none.mp4")));
    }

    [Fact]
    public void Outputs_of_other_kinds_and_the_input_itself_are_refused()
    {
        Assert.Contains(".mkv", Assert.Throws<ArgumentException>(() => VideoFile.Map("a.mp4", "b.gif", frame => frame)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => VideoFile.Map("a.mp4", "./a.mp4", frame => frame));
    }

    [FfmpegFact]
    public void Frames_of_different_sizes_are_refused()
    {
        using var folder = new TestFolder();
        var n = 0;
        var e = Assert.Throws<ArgumentException>(() => VideoFile.Map(
            MadeVideo.Brightening(folder, "b.mp4", 4), folder.Path("out.mp4"), _ => MadePictures.Solid(32 + n++, 32, 1, 2, 3)));
        Assert.Contains("33×32", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_absent_is_named_with_the_remedy()
    {
        var e = Assert.Throws<FileNotFoundException>(() => FfmpegProcess.Start("ffmpeg-that-nobody-has").Dispose());
        Assert.Contains("apt-get install ffmpeg", e.Message, StringComparison.Ordinal);
    }

    private static Func<Picture, Picture> Failing(int after)
    {
        var n = 0;
        return frame => n++ < after ? frame : throw new InvalidOperationException("no");
    }

    private sealed class Told(Action<VideoProgress> then) : IProgress<VideoProgress>
    {
        public void Report(VideoProgress value) => then(value);
    }
}

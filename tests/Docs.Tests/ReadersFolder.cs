using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Docs;

/// <summary>A folder with all that the pages' commands name: small pictures in folders, single ones, a film where ffmpeg can make one.</summary>
internal sealed class ReadersFolder : IDisposable
{
    private const int Side = 32, PicturesEach = 8;

    private static readonly string[] Folders =
    [
        "FOLDER/3", "FOLDER/8", "birds/train/kite", "birds/train/wren", "birds/test/kite", "birds/test/wren", "photographs", "more-photos", "other-photographs", "digits", "digits/1", "unknown", "avatars",
        "cifar10/train/ship",
        // So many that a tenth is enough to judge a GAN by.
        .. Enumerable.Repeat("faces", 8),
    ];

    private static readonly string[] Pictures =
        ["photo.jpg", "small.jpg", "old-photo.jpg", "me.jpg", "wave.jpg", "chicago.jpg", "stata.jpg", "a.png", "b.png", "one.png", "two.png", "three.png"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mlnetgen-test-");

    public ReadersFolder()
    {
        Picture[] moons = [.. new MLContext(seed: 1).Images.MoonPhases(Folders.Length * PicturesEach, Side, 1).GetColumn<MLImage>("Image").Select(image =>
        {
            using (image) return Picture.FromImage(image);
        })];
        foreach ((int i, Picture moon) in moons.Index())
            moon.Save(Path.Combine(At, Folders[i % Folders.Length], $"{i}.png"));
        // A picture's name does not say what is in it.
        foreach ((int i, string name) in Pictures.Index()) File.WriteAllBytes(Path.Combine(At, name), moons[i].ToPng());
        if (HasFilms)
            CommandLine.StartProgram("ffmpeg", ["-loglevel", "error", "-f", "lavfi", "-i", "testsrc=duration=0.2:size=64x64:rate=10", "holidays.mp4"], At).WaitForExit();
    }

    public static bool HasFilms { get; } = Programs.ReasonToSkip(["ffmpeg", "ffprobe"]) is null;

    public string At => folder.FullName;

    public void Dispose() => folder.Delete(recursive: true);
}

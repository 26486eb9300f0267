namespace MLNetGen.Tests.Cli;

/// <summary>Photographs that lie on their side in the file, and say so: every command makes of them what it makes of the same pictures upright.</summary>
public sealed class TurnedPicturesTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Vae_trains_and_codes_what_is_seen() => Same((data, made) =>
    {
        Done("train", "vae", "--data", data, "--out", made, "--network", "mlp", "--latent-dim", "2", "--epochs", "1", "--batch-size", "8", "--seed", "1", "--threads", "1");
        string model = Path.Combine(made, "model.zip");
        Done("reconstruct", "--model", model, "--data", data, "--count", "6", "--out", Path.Combine(made, "reconstruct.png"));
        Done(["interpolate", "--model", model, "--steps", "3", "--out", Path.Combine(made, "interpolate.png"), .. Directory.GetFiles(data).Order().Take(2)]);
        return ["reconstruct.png", "interpolate.png"];
    });

    [Fact]
    public void Style_is_taken_and_photographs_are_painted_as_they_are_seen() => Same((data, made) =>
    {
        string[] pictures = [.. Directory.GetFiles(data).Order()];
        Done("train", "style", "--style", pictures[0], "--content", data, "--test-image", pictures[1], "--network", "small", "--image-size", "64", "--steps", "2", "--batch-size", "2", "--seed", "1", "--threads", "1", "--out", made);
        Done("stylize", "--model", Path.Combine(made, "style.onnx"), "--out", Path.Combine(made, "stylized.png"), pictures[2]);
        Done("paint", "--content", pictures[1], "--style", pictures[0], "--iterations", "2", "--threads", "1", "--out", Path.Combine(made, "painted"));
        return ["stylized.png", .. Directory.GetFiles(Path.Combine(made, "painted"), "*.png").Select(file => Path.GetRelativePath(made, file))];
    });

    [Fact]
    public void Small_pictures_are_enlarged_as_they_are_seen() => Same((data, made) =>
    {
        Done("train", "super-resolution", "--data", data, "--out", made, "--factor", "2", "--epochs", "1", "--batch-size", "2", "--patch-size", "16", "--seed", "1", "--threads", "1");
        Done("upscale", "--model", made, "--out", Path.Combine(made, "large.png"), Directory.GetFiles(data).Order().First());
        return ["large.png"];
    });

    // Runs the same commands on both folders; the pictures that they name, relative to the folder made, are equal and have no orientation left.
    private void Same(Func<string, string, string[]> commands)
    {
        string upright = Directory.CreateDirectory(Path.Combine(root, "upright")).FullName, turned = Directory.CreateDirectory(Path.Combine(root, "turned")).FullName;
        for (int n = 0; n < 8; n++)
        {
            byte[] pixels = [.. Enumerable.Range(0, 48 * 40 * 3).Select(i => (byte)((i / 3 % 48 * (n + 2)) + (i / 144 * 3) + (i % 3 * 20)))];
            new Picture(48, 40, 3, pixels).Save(Path.Combine(upright, $"{n}.png"));
            File.WriteAllBytes(Path.Combine(turned, $"{n}.png"), Turned(48, 40, pixels));
        }
        string[] names = commands(upright, Path.Combine(root, "of-upright"));
        Assert.Equal(names, commands(turned, Path.Combine(root, "of-turned")));
        Assert.All(names, name =>
        {
            byte[] made = File.ReadAllBytes(Path.Combine(root, "of-turned", name));
            Assert.Equal(File.ReadAllBytes(Path.Combine(root, "of-upright", name)), made);
            Assert.Equal(-1, made.AsSpan().IndexOf("eXIf"u8));
        });
    }

    // EXIF 2.32, orientation 6: the first row of the file is the right side of the picture, its first column the top.
    private static byte[] Turned(int width, int height, byte[] pixels) => TestPictures.WithExif(TestPictures.Png(height, width, (x, y) =>
    {
        int seen = ((x * width) + (width - 1 - y)) * 3;
        return (pixels[seen], pixels[seen + 1], pixels[seen + 2], 255);
    }), TestPictures.Exif(6));

    private static void Done(params string[] arguments)
    {
        CommandLine.Outcome outcome = CommandLine.Run(arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
    }
}

using System.Text.Json;

namespace MLNetGen.Tests.Cli;

/// <summary>The command line, end to end, on a folder of pictures.</summary>
public sealed class TrainSuperResolutionCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_run_leaves_everything_it_promises_and_its_network_enlarges_pictures()
    {
        string moons = TrainVaeCommandTests.Run.MoonFolder(folder, 20), output = Path.Combine(folder, "out");
        string[] quick = ["train", "super-resolution", "--data", moons, "--split", "16", "--factor", "2", "--epochs", "1", "--batch-size", "8", "--threads", "1", "--out", output];

        // Too small to be learnt from or judged: named, and no reason to lose the run.
        new Picture(9, 12, 3, new byte[9 * 12 * 3]).Save(Path.Combine(moons, "zzz", "tiny.png"));

        CommandLine.Outcome trained = CommandLine.Run(quick);

        Assert.True(trained.ExitCode == 0, trained.Errors);
        foreach (string file in (string[])["upscaler.onnx", "upscaler-uint8.onnx", "metrics.json", "run.json", "report.html", "samples/epoch-001.png", "checkpoints/latest.checkpoint"])
            Assert.True(new FileInfo(Path.Combine(output, file)).Length > 0, file);
        Assert.Contains("test, 4 pictures: PSNR", trained.Output, StringComparison.Ordinal);
        Assert.Contains("1 are too small to be judged", trained.Output, StringComparison.Ordinal);
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "metrics.json")));
        JsonElement test = metrics.RootElement.GetProperty("test");
        Assert.True(test.GetProperty("ssim").GetDouble() <= 1 && test.GetProperty("bicubicPsnr").GetDouble() > 10);

        CommandLine.Outcome evaluated = CommandLine.Run("evaluate", "--model", output, "--data", moons, "--json");
        Assert.True(evaluated.ExitCode == 0, evaluated.Errors);
        JsonElement found = JsonDocument.Parse(evaluated.Output).RootElement;
        Assert.Equal((5, 0, 4, 1), (found.GetProperty("rows").GetInt32(), found.GetProperty("trainedOn").GetInt32(), found.GetProperty("pictures").GetInt32(), found.GetProperty("leftOut").GetInt32()));
        foreach (string figure in (string[])["psnr", "ssim", "bicubicPsnr", "rgbSsim"])
            Assert.Equal(test.GetProperty(figure).GetDouble(), found.GetProperty(figure).GetDouble(), 1e-6);
        Assert.All((string[])["report.html", "enlarged.png", "evaluation.json"], file => Assert.True(File.Exists(Path.Combine(output, "evaluation", file)), file));

        string[] pictures = [.. Directory.GetFiles(moons, "*.png", SearchOption.AllDirectories).Order().Take(2)];
        string large = Path.Combine(folder, "large");
        string notAPicture = Path.Combine(folder, "notes.png");
        File.WriteAllText(notAPicture, "notes");
        CommandLine.Outcome upscaled = CommandLine.Run(["upscale", "--model", output, "--threads", "1", "--match-histograms", "--out", large, notAPicture, .. pictures]);

        Assert.True(upscaled.ExitCode == 0, upscaled.Errors);
        Assert.Contains($"left out '{notAPicture}'", upscaled.Errors, StringComparison.Ordinal);
        foreach (string picture in pictures)
        {
            using var image = Microsoft.ML.Data.MLImage.CreateFromFile(Path.Combine(large, Path.GetFileNameWithoutExtension(picture) + "-x2.png"));
            Assert.Equal((32, 32), (image.Width, image.Height));
        }

        // A folder with a loop of links, other files, and a name so long that what is made of it cannot be written, before one that can.
        string odd = Path.Combine(folder, "odd"), made = Path.Combine(folder, "made"), longest = new('a', 251), fits = new('b', 219);
        Directory.CreateDirectory(odd);
        Directory.CreateSymbolicLink(Path.Combine(odd, "up"), "..");
        File.WriteAllText(Path.Combine(odd, "notes.txt"), "notes");
        foreach (string name in (string[])[longest, fits, "c"])
            File.Copy(pictures[0], Path.Combine(odd, name + ".png"));
        upscaled = CommandLine.Run(["upscale", "--model", output, "--threads", "1", "--out", made, odd]);
        Assert.True(upscaled.ExitCode == 0, upscaled.Errors);
        Assert.Equal([fits + "-x2.png", "c-x2.png"], Directory.GetFileSystemEntries(made).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("read 3 pictures; not used: 1 × no picture by its name ('notes.txt'), 1 × a link to a folder that it lies in ('up')", upscaled.Errors, StringComparison.Ordinal);
        Assert.Contains($"left out '{Path.Combine(odd, longest)}.png': Cannot write", upscaled.Errors, StringComparison.Ordinal);

        CommandLine.Outcome wrong = CommandLine.Run("upscale", "--model", moons, pictures[0]);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("upscaler-uint8.onnx", wrong.Errors, StringComparison.Ordinal);
    }
}

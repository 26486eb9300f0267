using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Cli;

/// <summary>The command line, end to end: a painting, a folder of pictures, a network, a painted picture.</summary>
public sealed class TrainStyleCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_run_leaves_everything_it_promises_and_its_network_paints()
    {
        string moons = TrainVaeCommandTests.Run.MoonFolder(folder, 12), output = Path.Combine(folder, "out");
        string painting = Painting("checks"), photograph = Painting("photograph", 70, 45);
        string[] quick =
        [
            "train", "style", "--style", painting, "--content", moons, "--test-image", photograph, "--network", "small", "--image-size", "64", "--steps", "4", "--snapshot-interval", "2",
            "--batch-size", "2", "--fixed-size", "64x48", "--uint8", "--threads", "1", "--out", output,
        ];

        CommandLine.Outcome trained = CommandLine.Run(quick);

        Assert.True(trained.ExitCode == 0, trained.Errors);
        foreach (string file in (string[])
            ["style.onnx", "style-uint8.onnx", "model.zip", "metrics.json", "run.json", "report.html", "photograph.gif", "photograph-in-checks.png", "samples/photograph-step-000004.png", "checkpoints/latest.checkpoint"])
            Assert.True(new FileInfo(Path.Combine(output, file)).Length > 0, file);
        Assert.Contains("style taught by ResNet-18 of ImageNet", trained.Output + trained.Errors, StringComparison.Ordinal);
        using (JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "metrics.json"))))
        {
            JsonElement test = Assert.Single(metrics.RootElement.GetProperty("test").EnumerateArray());
            Assert.Equal(test.GetProperty("total").GetDouble(), test.GetProperty("content").GetDouble() + test.GetProperty("style").GetDouble() + test.GetProperty("totalVariation").GetDouble(), 6);
            Assert.Equal(metrics.RootElement.GetProperty("ratioToColourMatched").GetDouble(), test.GetProperty("ratioToColourMatched").GetDouble());
        }

        // As training judged the picture that was not trained on; and it knows those that were.
        string asked = Directory.CreateDirectory(Path.Combine(folder, "asked")).FullName;
        File.Copy(photograph, Path.Combine(asked, "photograph.png"));
        File.Copy(Directory.GetFiles(moons, "*.png", SearchOption.AllDirectories)[0], Path.Combine(asked, "moon.png"));
        CommandLine.Outcome evaluated = CommandLine.Run("evaluate", "--model", output, "--data", asked, "--json");
        Assert.True(evaluated.ExitCode == 0, evaluated.Errors);
        using (JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "metrics.json"))))
        {
            JsonElement found = JsonDocument.Parse(evaluated.Output).RootElement, test = metrics.RootElement.GetProperty("test")[0];
            JsonElement again = Assert.Single(found.GetProperty("test").EnumerateArray(), one => one.GetProperty("picture").GetString() == "photograph");
            foreach (string figure in (string[])["ratioToColourMatched", "styleToColourMatched", "contentError"])
                Assert.Equal(test.GetProperty(figure).GetDouble(), again.GetProperty(figure).GetDouble(), 0.01);
            Assert.Equal((2, 1), (found.GetProperty("rows").GetInt32(), found.GetProperty("trainedOn").GetInt32()));
        }
        Assert.True(File.Exists(Path.Combine(output, "evaluation", "report.html")));

        string painted = Path.Combine(folder, "painted.png"), half = Path.Combine(folder, "half.png");
        Assert.Equal(0, CommandLine.Run("stylize", "--model", output, "--out", painted, photograph).ExitCode);
        Assert.Equal(0, CommandLine.Run("stylize", "--model", output, "--out", half, "--strength", "0.5", photograph).ExitCode);
        (Picture before, Picture whole, Picture between) = (Read(photograph), Read(painted), Read(half));
        Assert.Equal((70, 45), (whole.Width, whole.Height));
        for (int i = 0; i < before.Pixels.Length; i++)
            Assert.InRange(between.Pixels[i] - (before.Pixels[i] + whole.Pixels[i]) / 2.0, -1, 1);

        foreach ((string option, string value) in (ReadOnlySpan<(string, string)>)[("--strength", "2"), ("--tile", "8")])
            Assert.Contains($"{option} is {value}; it must be", CommandLine.Run("stylize", "--model", output, "--out", painted, option, value, photograph).Errors, StringComparison.Ordinal);

        // Pictures of one name in two folders keep apart, and what was painted is not painted again.
        string photographs = Path.Combine(folder, "photographs");
        foreach (string part in (string[])["a", "b"])
            File.Copy(photograph, Path.Combine(Directory.CreateDirectory(Path.Combine(photographs, part)).FullName, "one.png"));
        Assert.Equal(0, CommandLine.Run("stylize", "--model", output, photographs).ExitCode);
        Assert.Equal(0, CommandLine.Run("stylize", "--model", output, "--mix", "checks=2", photographs).ExitCode);
        Assert.Equal(["a/one-stylized.png", "a/one.png", "b/one-stylized.png", "b/one.png"],
            Directory.GetFiles(photographs, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(photographs, file).Replace('\\', '/')).Order());
        CommandLine.Outcome twice = CommandLine.Run("stylize", "--model", output, "--out", folder, Path.Combine(photographs, "a", "one.png"), Path.Combine(photographs, "b", "one.png"));
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains("would both become", twice.Errors, StringComparison.Ordinal);

        // The saved pipeline, with ML.NET alone.
        MLContext ml = new(seed: 1);
        ITransformer model = ml.Model.Load(Path.Combine(output, "model.zip"), out _);
        string copy = Directory.CreateDirectory(Path.Combine(folder, "one")).FullName;
        File.Copy(photograph, Path.Combine(copy, "photograph.png"));
        MLImage stylized = Assert.Single(model.Transform(ml.Images.LoadFolder(copy)).GetColumn<MLImage>("Stylized"));
        Assert.Equal((64, 48), (stylized.Width, stylized.Height));
        string scores = Path.Combine(folder, "scores");
        CommandLine.Outcome scored = CommandLine.Run("score", "--model", Path.Combine(output, "model.zip"), "--input", copy, "--out", scores, "--format", "pictures");
        Assert.True(scored.ExitCode == 0, scored.Errors);
        Picture written = Read(Path.Combine(scores, "part-00000", "photograph.png.Stylized.png"));
        Assert.All(Picture.FromImage(stylized).Pixels.Zip(written.Pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));

        CommandLine.Outcome resumed = CommandLine.Run([.. quick, "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Errors);
        Assert.Contains("going on after step 4", resumed.Output + resumed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_is_painted_by_itself()
    {
        string output = Path.Combine(folder, "out");
        CommandLine.Outcome painted = CommandLine.Run(
            "paint", "--content", Painting("photograph", 60, 44), "--style", Painting("checks"), "--iterations", "6", "--snapshot-interval", "3", "--threads", "1", "--out", output);

        Assert.True(painted.ExitCode == 0, painted.Errors);
        // Neither ours nor libtorch's.
        Assert.DoesNotContain("Warning", painted.Errors, StringComparison.OrdinalIgnoreCase);
        foreach (string file in (string[])["painting.png", "painting.gif", "report.html", "metrics.json", "run.json"])
            Assert.True(new FileInfo(Path.Combine(output, file)).Length > 0, file);
        Assert.Equal((60, 44), (Read(Path.Combine(output, "painting.png")).Width, Read(Path.Combine(output, "painting.png")).Height));
    }

    [Fact]
    public void What_cannot_be_painted_is_said_in_a_line()
    {
        CommandLine.Outcome noModel = CommandLine.Run("stylize", "--model", folder, Painting("photograph"));
        Assert.Equal(1, noModel.ExitCode);
        Assert.Contains("train a style network first", noModel.Errors, StringComparison.Ordinal);
        CommandLine.Outcome noPainting = CommandLine.Run("train", "style", "--style", Path.Combine(folder, "none.png"), "--content", TrainVaeCommandTests.Run.MoonFolder(folder, 2), "--out", Path.Combine(folder, "out"));
        Assert.Equal(1, noPainting.ExitCode);
        Assert.Contains("none.png", noPainting.Errors, StringComparison.Ordinal);
        foreach ((string[] layers, string why) in (IEnumerable<(string[], string)>)[(["scale1=2=3"], "has 'scale1=2=3'"), (["scale1", "scale1=0.5"], "names 'scale1' twice")])
        {
            CommandLine.Outcome refused = CommandLine.Run(["paint", "--content", Painting("photograph"), "--style", Painting("checks"), "--out", Path.Combine(folder, "out"), "--style-layers", .. layers]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains(why, refused.Errors, StringComparison.Ordinal);
        }
    }

    private static Picture Read(string path)
    {
        using MLImage image = MLImage.CreateFromFile(path);
        return Picture.FromImage(image);
    }

    // Checks on a slope of colours.
    private string Painting(string name, int width = 80, int height = 80)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            int light = (i % width / 5 + i / width / 5) % 2 * 90;
            (pixels[i * 3], pixels[i * 3 + 1], pixels[i * 3 + 2]) = ((byte)(light + i % width), (byte)(light + 40), (byte)(light + i / width));
        }
        string path = Path.Combine(folder, $"{name}.png");
        new Picture(width, height, 3, pixels).Save(path);
        return path;
    }
}

using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Xml.Linq;

namespace MLNetGen.Tests.Cli;

/// <summary>What <c>evaluate</c> knows of the pictures that a model was trained on, and the page that it leaves.</summary>
public sealed class EvaluateCommandTests(EvaluateCommandTests.Run run) : IClassFixture<EvaluateCommandTests.Run>
{
    private const int Trained = 30, All = 40;

    [Fact]
    public void A_run_keeps_what_it_was_trained_on()
    {
        JsonElement record = Json(File.ReadAllText(Path.Combine(run.Output, "data.json")));
        Assert.Equal(run.Pictures, record.GetProperty("data").GetString());
        Assert.Equal((Trained, Trained, All - Trained, 1), (
            record.GetProperty("split").GetInt32(), record.GetProperty("trainingRows").GetInt32(), record.GetProperty("testRows").GetInt32(), record.GetProperty("channels").GetInt32()));
        Assert.Equal(Hashes(run.Files[..Trained]), Kept("trainingPictures"));
        Assert.Equal(Hashes(run.Files[Trained..]), Kept("testPictures"));

        ulong[] Kept(string key) => MemoryMarshal.Cast<byte, ulong>(record.GetProperty(key).GetBytesFromBase64()).ToArray();

        static ulong[] Hashes(string[] files) => [.. files.Select(file => XxHash3.HashToUInt64(File.ReadAllBytes(file))).Order()];
    }

    [Fact]
    public void Of_the_data_that_training_split_those_held_out_are_judged()
    {
        JsonElement found = Evaluate(run.Output, run.Pictures);
        Assert.Equal((All - Trained, 0), (found.GetProperty("rows").GetInt32(), found.GetProperty("trainedOn").GetInt32()));
        Assert.False(found.TryGetProperty("warnings", out _));
        Assert.Equal(Json(File.ReadAllText(Path.Combine(run.Output, "metrics.json"))).GetProperty("test").GetProperty("kl").GetDouble(), found.GetProperty("kl").GetDouble(), 1e-4);
    }

    [Theory]
    [InlineData(All, Trained, "--all-rows")]
    [InlineData(35, 25, "--split", "5")]
    public void Rows_that_are_asked_for_are_judged_and_those_trained_on_are_counted(int rows, int trainedOn, params string[] asked)
    {
        JsonElement found = Evaluate(run.Output, run.Pictures, asked);
        Assert.Equal((rows, trainedOn), (found.GetProperty("rows").GetInt32(), found.GetProperty("trainedOn").GetInt32()));
        Assert.Contains($"{trainedOn} of {rows}", Assert.Single(found.GetProperty("warnings").EnumerateArray().ToArray()).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_is_known_under_another_name()
    {
        string others = Directory.CreateDirectory(Path.Combine(run.Folder, "others")).FullName;
        foreach ((int i, string file) in run.Files[..3].Concat(run.Files[^2..]).Index()) File.Copy(file, Path.Combine(others, $"{9 - i}.png"));
        JsonElement found = Evaluate(run.Output, others, "--all-rows");
        Assert.Equal((5, 3), (found.GetProperty("rows").GetInt32(), found.GetProperty("trainedOn").GetInt32()));
    }

    [Fact]
    public void A_model_without_its_run_tells_once_that_it_cannot_tell()
    {
        string alone = Directory.CreateDirectory(Path.Combine(run.Folder, "alone")).FullName;
        File.Copy(Path.Combine(run.Output, "model.zip"), Path.Combine(alone, "model.zip"));
        CommandLine.Outcome outcome = CommandLine.Run("evaluate", "--model", alone, "--data", run.Pictures, "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        JsonElement found = Json(outcome.Output);
        Assert.Equal(All, found.GetProperty("rows").GetInt32());
        Assert.False(found.TryGetProperty("trainedOn", out _));
        Assert.Single(outcome.Errors.Split('\n'), line => line.Contains("training data", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Colours_are_told_to_a_model_of_grey_pictures(bool isRecorded)
    {
        string model = isRecorded ? run.Output : Directory.CreateDirectory(Path.Combine(run.Folder, "grey")).FullName, colored = Path.Combine(run.Folder, $"colored-{isRecorded}");
        if (!isRecorded)
            File.Copy(Path.Combine(run.Output, "model.zip"), Path.Combine(model, "model.zip"));
        foreach (int i in Enumerable.Range(0, 3)) new Picture(16, 16, 3, [.. Enumerable.Range(0, 16 * 16 * 3).Select(at => (byte)(at * (i + 5)))]).Save(Path.Combine(colored, $"{i}.png"));
        Assert.Single(Evaluate(model, colored).GetProperty("warnings").EnumerateArray().ToArray());
        Assert.False(Evaluate(model, Path.GetDirectoryName(run.Files[^1])!).TryGetProperty("warnings", out _));
    }

    [Fact]
    public void A_page_shows_figures_pictures_and_what_is_wrong()
    {
        string folder = Path.Combine(run.Folder, "page");
        JsonElement found = Evaluate(run.Output, run.Pictures, "--all-rows", "--out", folder);
        // The object of --json has the files, too.
        Assert.All(Json(File.ReadAllText(Path.Combine(folder, "evaluation.json"))).EnumerateObject(), figure => Assert.Equal(figure.Value.GetRawText(), found.GetProperty(figure.Name).GetRawText()));
        Assert.Equal([Path.Combine(folder, "evaluation.json"), Path.Combine(folder, "report.html")], found.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        XElement page = XDocument.Parse(File.ReadAllText(Path.Combine(folder, "report.html")).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!;
        Assert.Equal(2, page.Descendants("img").Count());
        Assert.Single(page.Descendants("p"), part => part.Attribute("class")?.Value == "note");
        Assert.Contains(page.Descendants("td"), cell => cell.Value == $"{Trained}");
    }

    private static JsonElement Evaluate(string model, string data, params string[] more)
    {
        CommandLine.Outcome outcome = CommandLine.Run(["evaluate", "--model", model, "--data", data, "--json", .. more]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return Json(outcome.Output);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    /// <summary>A VAE of 30 of 40 moons.</summary>
    public sealed class Run : IDisposable
    {
        public Run()
        {
            Pictures = TrainVaeCommandTests.Run.MoonFolder(Folder, All);
            Files = [.. Directory.GetFiles(Pictures, "*.png", SearchOption.AllDirectories).OrderBy(file => Path.GetRelativePath(Pictures, file).Replace('\\', '/'), StringComparer.Ordinal)];
            CommandLine.Outcome trained = CommandLine.Run(
                "train", "vae", "--data", Pictures, "--split", $"{Trained}", "--network", "mlp", "--latent-dim", "2", "--epochs", "1", "--threads", "1", "--out", Output);
            Assert.True(trained.ExitCode == 0, trained.Errors);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        public string Pictures { get; }

        /// <summary>In the order of the rows.</summary>
        public string[] Files { get; }

        public string Output => Path.Combine(Folder, "out");

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}

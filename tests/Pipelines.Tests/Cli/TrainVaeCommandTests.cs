using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests.Cli;

/// <summary>The command line, end to end, on a folder of pictures.</summary>
public sealed class TrainVaeCommandTests(TrainVaeCommandTests.Run run) : IClassFixture<TrainVaeCommandTests.Run>
{
    private static readonly string[] Quick = ["--image-size", "16", "--epochs", "2", "--latent-dim", "3", "--batch-size", "16", "--threads", "1"];

    /// <summary>A run on real files, done once.</summary>
    public sealed class Run : IDisposable
    {
        public Run()
        {
            Pictures = MoonFolder(Folder, 60);
            Outcome = CommandLine.Run(["train", "vae", "--data", Pictures, "--split", "50", "--out", Output, .. Quick]);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        public string Output => Path.Combine(Folder, "out");

        public string Pictures { get; }

        internal CommandLine.Outcome Outcome { get; }

        public static string MoonFolder(string parent, int count)
        {
            string folder = Path.Combine(parent, "moons");
            MLContext ml = new(1);
            int n = 0;
            foreach (MoonRow row in ml.Data.CreateEnumerable<MoonRow>(ml.Images.MoonPhases(count, size: 16), reuseRowObject: false))
            {
                string path = Path.Combine(folder, row.Label, $"{n++:D3}.png");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                row.Image!.Save(path);
            }
            return folder;
        }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public void A_run_leaves_everything_it_promises()
    {
        Assert.True(run.Outcome.ExitCode == 0, run.Outcome.Errors);
        foreach (string file in (string[])["model.zip", "encoder.onnx", "decoder.onnx", "vae.onnx", "metrics.json", "run.json", "report.html",
            "samples/epoch-002.png", "reconstructions/epoch-002.png", "nearest-training-pictures.png", "interpolations.png", "latent-codes.png", "checkpoints/latest.checkpoint"])
        {
            Assert.True(new FileInfo(Path.Combine(run.Output, file)).Length > 0, file);
        }
        Assert.Contains("epoch 2: train", run.Outcome.Output);
        Assert.Contains("report.html", run.Outcome.Output);
        Assert.Empty(Directory.GetFiles(run.Output, "*.tmp*", SearchOption.AllDirectories));
    }

    [Fact]
    public void The_report_draws_both_networks_and_gives_the_kl_an_axis_of_its_own()
    {
        string report = File.ReadAllText(Path.Combine(run.Output, "report.html"));
        Assert.All((string[])["<h2>Encoder</h2>", "<h2>Decoder</h2>", "<h2>Both together</h2>", "<h2>KL</h2>", "<h2>Reconstruction</h2>", "mean,", "log-variance"],
            text => Assert.Contains(text, report, StringComparison.Ordinal));
    }

    [Fact]
    public void Metrics_have_the_keys_that_programs_read()
    {
        JsonElement metrics = Json("metrics.json");
        Assert.Equal("vae", metrics.GetProperty("family").GetString());
        Assert.Equal(1, metrics.GetProperty("seed").GetInt32());
        Assert.True(metrics.GetProperty("seconds").GetDouble() > 0);
        Assert.True(metrics.GetProperty("imagesPerSecond").GetDouble() > 0);
        Assert.NotEmpty(metrics.GetProperty("settings").EnumerateObject());
        Assert.NotEmpty(metrics.GetProperty("versions").EnumerateObject());
        JsonElement[] epochs = [.. metrics.GetProperty("epochs").EnumerateArray()];
        Assert.Equal([1, 2], epochs.Select(e => e.GetProperty("epoch").GetInt32()));
        foreach (JsonElement figures in (JsonElement[])[metrics.GetProperty("test"), epochs[1].GetProperty("train"), epochs[1].GetProperty("test")])
        {
            double sum = figures.GetProperty("reconstruction").GetDouble() + figures.GetProperty("kl").GetDouble();
            Assert.Equal(sum, figures.GetProperty("negativeElbo").GetDouble(), 9);
        }
        Assert.InRange(metrics.GetProperty("onnxParity").GetProperty("encoder").GetDouble(), 0, 1e-4);
        Assert.InRange(metrics.GetProperty("onnxParity").GetProperty("decoder").GetDouble(), 0, 1e-4);
    }

    [Fact]
    public void Evaluate_says_what_metrics_call_test()
    {
        CommandLine.Outcome outcome = CommandLine.Run("evaluate", "--model", Model, "--data", run.Pictures, "--split", "50");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        JsonElement expected = Json("metrics.json").GetProperty("test"), actual = Json("evaluation/evaluation.json");
        foreach (string key in (string[])["negativeElbo", "reconstruction", "kl"])
            Assert.Equal(expected.GetProperty(key).GetDouble(), actual.GetProperty(key).GetDouble(), 1e-4);
    }

    [Fact]
    public void Evaluate_with_importance_samples_gives_a_lower_bound_on_what_a_picture_costs()
    {
        string file = Path.Combine(run.Folder, "weighted.json");
        CommandLine.Outcome outcome = CommandLine.Run("evaluate", "--model", Model, "--data", run.Pictures, "--split", "50", "--importance-samples", "200", "--out", file);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        JsonElement figures = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        Assert.InRange(figures.GetProperty("negativeIwae").GetDouble(), 1, figures.GetProperty("negativeElbo").GetDouble());
        Assert.False(Json("metrics.json").GetProperty("test").TryGetProperty("negativeIwae", out _));
    }

    [Fact]
    public void Without_data_the_built_in_moons_are_learnt_from()
    {
        string output = Path.Combine(run.Folder, "moons-out");
        CommandLine.Outcome outcome = CommandLine.Run("train", "vae", "--split", "100", "--epochs", "1", "--latent-dim", "2", "--network", "mlp", "--threads", "1", "--autoencoder", "--out", output);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains("4,400 built-in pictures of the moon", outcome.Output);
        Assert.Contains("an autoencoder has no KL term", outcome.Output);
        JsonElement settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "run.json"))).RootElement.GetProperty("settings");
        Assert.Equal(100, settings.GetProperty("trainingRows").GetInt32());
        Assert.True(settings.GetProperty("autoencoder").GetBoolean());
    }

    [Fact]
    public void A_vae_of_classes_shows_style_and_class_and_draws_the_class_that_is_asked_for()
    {
        string output = Path.Combine(run.Folder, "classes");
        CommandLine.Outcome outcome = CommandLine.Run(["train", "vae", "--data", run.Pictures, "--label-column", "Label", "--out", output, .. Quick]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.True(File.Exists(Path.Combine(output, "styles", "epoch-002.png")));
        string report = File.ReadAllText(Path.Combine(output, "report.html"));
        Assert.All((string[])["Style and class", "waxing gibbous", "New, or remembered?", "Codes by label", "Encoder", "Decoder"], text => Assert.Contains(text, report, StringComparison.Ordinal));

        string model = Path.Combine(output, "model.zip"), all = Path.Combine(output, "all.png"), one = Path.Combine(output, "one.png");
        Assert.Equal(0, CommandLine.Run("generate", "--model", model, "--count", "8", "--out", all).ExitCode);
        Assert.Equal(0, CommandLine.Run("generate", "--model", model, "--count", "8", "--class", "3", "--out", one).ExitCode);
        Assert.NotEqual(File.ReadAllBytes(all), File.ReadAllBytes(one));
        CommandLine.Outcome beyond = CommandLine.Run("generate", "--model", model, "--class", "8");
        Assert.Equal(1, beyond.ExitCode);
        Assert.Contains("--class is 8; this model has classes 0 to 7", beyond.Errors, StringComparison.Ordinal);
        CommandLine.Outcome evaluated = CommandLine.Run("evaluate", "--model", model, "--data", run.Pictures, "--held-out");
        Assert.True(evaluated.ExitCode == 0, evaluated.Errors);
    }

    [Fact]
    public void Generate_draws_new_pictures_from_the_saved_model_alone()
    {
        string alone = Path.Combine(run.Folder, "alone", "model.zip"), sheet = Path.Combine(run.Folder, "alone", "new.png");
        Directory.CreateDirectory(Path.GetDirectoryName(alone)!);
        File.Copy(Model, alone);
        CommandLine.Outcome outcome = CommandLine.Run("generate", "--model", alone, "--count", "12", "--columns", "4", "--out", sheet);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        using var picture = MLImage.CreateFromFile(sheet);
        Assert.True(picture.Width > picture.Height);
    }

    [Fact]
    public void The_model_runs_in_an_application_that_knows_microsoft_ml_alone()
    {
        string alone = Path.Combine(run.Folder, "deployed", "model.zip"), again = Path.Combine(run.Folder, "deployed", "again.png");
        Directory.CreateDirectory(Path.GetDirectoryName(alone)!);
        File.Copy(Model, alone);
        MLContext ml = new();
        using VaeTransformer vae = VaeTransformer.FromModel(ml, ml.Model.Load(Model, out _));
        IDataView first = ml.Data.TakeRows(ml.Images.LoadFolder(run.Pictures), 1);
        IDataView scored = vae.Transform(first);
        float[] latent = scored.GetColumn<float[]>("Latent").Single();
        string picture = Path.Combine(run.Pictures, first.GetColumn<string>("Path").Single());

        CommandLine.Outcome outcome = CommandLine.Deployed(alone, picture, again);

        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        float[] deployed = [.. outcome.Output.Split('\n')[0]["latent: ".Length..].Split(' ').Select(v => float.Parse(v, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(latent.Length, deployed.Length);
        Assert.All(latent.Zip(deployed), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        using var saved = MLImage.CreateFromFile(again);
        MoonRow here = ml.Data.CreateEnumerable<MoonRow>(ml.Transforms.CopyColumns("Image", "Reconstruction").Fit(scored).Transform(scored), reuseRowObject: false).Single();
        byte[] a = Picture.FromImage(here.Image!).Pixels, b = Picture.FromImage(saved).Pixels;
        Assert.Equal(a.Length, b.Length);
        Assert.All(a.Zip(b), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1));
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures()
    {
        string again = Path.Combine(run.Folder, "again");
        Assert.Equal(0, CommandLine.Run(["train", "vae", "--data", run.Pictures, "--split", "50", "--out", again, .. Quick]).ExitCode);
        JsonElement a = Json("metrics.json"), b = JsonDocument.Parse(File.ReadAllText(Path.Combine(again, "metrics.json"))).RootElement;
        Assert.Equal(a.GetProperty("test").GetRawText(), b.GetProperty("test").GetRawText());
        Assert.Equal(a.GetProperty("onnxParity").GetRawText(), b.GetProperty("onnxParity").GetRawText());
        Assert.Equal(
            a.GetProperty("epochs").EnumerateArray().Select(e => e.GetProperty("train").GetRawText()),
            b.GetProperty("epochs").EnumerateArray().Select(e => e.GetProperty("train").GetRawText()));
    }

    [Fact]
    public void Interrupted_it_ends_cleanly_keeps_the_last_finished_epoch_and_resumes()
    {
        string output = Path.Combine(run.Folder, "interrupted");
        string[] arguments = ["train", "vae", "--data", run.Pictures, "--split", "50", "--out", output, "--image-size", "16", "--epochs", "2000", "--latent-dim", "3", "--batch-size", "16", "--threads", "1", "--schedule", "constant"];
        using Process process = CommandLine.Start("src/Cli", "mlnetgen", arguments);
        string? line;
        while ((line = process.StandardOutput.ReadLine()) is not null && !line.StartsWith("epoch 2:", StringComparison.Ordinal))
        {
        }
        Assert.Equal(0, Interrupt(process));
        CommandLine.Outcome outcome = CommandLine.Outcome.Of(process);
        Assert.Equal(130, outcome.ExitCode);
        Assert.Contains("--resume", outcome.Errors);
        JsonElement metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "metrics.json"))).RootElement;
        int kept = metrics.GetProperty("epochs").GetArrayLength();
        Assert.True(kept >= 2);

        string[] resume = [.. arguments.Select(a => a == "2000" ? $"{kept + 1}" : a), "--resume"];
        Assert.Equal(0, CommandLine.Run(resume).ExitCode);
        metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "metrics.json"))).RootElement;
        Assert.Equal(kept + 1, metrics.GetProperty("epochs").GetArrayLength());
    }

    [Fact]
    public void Unreadable_pictures_are_named_and_skipped_or_stop_a_strict_run()
    {
        string folder = Path.Combine(run.Folder, "bad");
        string pictures = Run.MoonFolder(folder, 20);
        File.WriteAllText(Path.Combine(pictures, "text.jpg"), "not a picture");
        File.WriteAllBytes(Path.Combine(pictures, "empty.png"), []);
        string some = Directory.GetFiles(pictures, "*.png", SearchOption.AllDirectories).First(f => new FileInfo(f).Length > 0);
        File.WriteAllBytes(Path.Combine(pictures, "cut.png"), File.ReadAllBytes(some)[..^20]);
        string[] arguments = ["train", "vae", "--data", pictures, "--out", Path.Combine(folder, "out"), .. Quick];

        CommandLine.Outcome lenient = CommandLine.Run(arguments);
        Assert.True(lenient.ExitCode == 0, lenient.Errors);
        Assert.All((string[])["text.jpg", "empty.png", "cut.png"], name => Assert.Contains(name, lenient.Errors));

        CommandLine.Outcome strict = CommandLine.Run([.. arguments, "--strict", "--overwrite"]);
        Assert.Equal(1, strict.ExitCode);
        Assert.Matches("cut.png|empty.png|text.jpg", strict.Errors);
        Assert.DoesNotContain("   at ", strict.Errors);
    }

    [Fact]
    public void What_is_not_used_is_named_by_reason_and_stops_a_strict_run()
    {
        string folder = Path.Combine(run.Folder, "unused"), pictures = Run.MoonFolder(folder, 20);
        Directory.CreateDirectory(Path.Combine(pictures, "nothing"));
        Directory.CreateSymbolicLink(Path.Combine(pictures, "up"), "..");
        File.WriteAllText(Path.Combine(pictures, "notes.txt"), "notes");
        string[] arguments = ["train", "vae", "--data", pictures, "--out", Path.Combine(folder, "out"), .. Quick];
        const string Named = "read 20 pictures; not used: 1 × no picture by its name ('notes.txt'), 1 × an empty folder ('nothing'), 1 × a link to a folder that it lies in ('up')";

        CommandLine.Outcome lenient = CommandLine.Run(arguments), strict = CommandLine.Run([.. arguments, "--strict", "--overwrite"]);

        Assert.Equal((0, 1), (lenient.ExitCode, strict.ExitCode));
        Assert.Contains(Named, lenient.Errors, StringComparison.Ordinal);
        Assert.Contains(Named, strict.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", strict.Errors, StringComparison.Ordinal);
    }

    public static TheoryData<string, string[]> Wrong => new()
    {
        { "nowhere", ["train", "vae", "--data", "nowhere"] },
        { "--latent-dim is 0", ["train", "vae", "--latent-dim", "0"] },
        { "--split is 60", ["train", "vae", "--split", "60"] },
        { "cuda:99", ["train", "vae", "--device", "cuda:99"] },
        { "--capacity and --free-bits", ["train", "vae", "--capacity", "5", "--free-bits", "1"] },
        { "add --likelihood gaussian", ["train", "vae", "--learn-deviation"] },
        { "--autoencoder has no KL term", ["train", "vae", "--autoencoder", "--beta", "2"] },
        { "missing.zip", ["generate", "--model", "missing.zip"] },
        { "--count is 0", ["generate", "--count", "0"] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_said_in_one_line(string says, string[] arguments)
    {
        string[] full = arguments[0] == "generate"
            ? [.. arguments, .. arguments.Contains("--model") ? (string[])[] : ["--model", Model]]
            : [.. arguments, .. arguments.Contains("--data") ? (string[])[] : ["--data", run.Pictures], "--out", Path.Combine(run.Folder, "wrong")];
        CommandLine.Outcome outcome = CommandLine.Run(full);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(says, outcome.Errors);
        Assert.DoesNotContain("   at ", outcome.Errors);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        string file = Path.Combine(run.Folder, "a-file");
        File.WriteAllText(file, "");
        CommandLine.Outcome outcome = CommandLine.Run(["train", "vae", "--data", run.Pictures, "--out", Path.Combine(file, "out"), .. Quick]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("a-file", outcome.Errors);
    }

    private string Model => Path.Combine(run.Output, "model.zip");

    private JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run.Output, name))).RootElement;

    // What Ctrl-C sends.
    private static int Interrupt(Process process)
    {
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        kill.WaitForExit();
        return kill.ExitCode;
    }

    private sealed class MoonRow
    {
        [ImageType(16, 16)]
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }
}

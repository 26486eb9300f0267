using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLNetGen.Tests.Cli;

/// <summary><c>train alexnet</c> and the commands that take its model, as a user runs them.</summary>
public sealed class TrainAlexNetCommandTests(TrainAlexNetCommandTests.Run run) : IClassFixture<TrainAlexNetCommandTests.Run>
{
    public sealed class Run : IDisposable
    {
        public Run()
        {
            WritePictures("train", 60, seed: 1);
            WritePictures("test", 15, seed: 2);
            Outcome = CommandLine.Run([.. Arguments(Output), "--top-k", "2"]);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        public string Output => Path.Combine(Folder, "out");

        public string Model => Path.Combine(Output, "model.zip");

        internal CommandLine.Outcome Outcome { get; }

        public string Pictures(string part) => Path.Combine(Folder, part);

        public string[] Arguments(string output, int epochs = 3) =>
        [
            "train", "alexnet", "--data", Pictures("train"), "--test", Pictures("test"), "--network", "compact", "--image-size", "16",
            "--epochs", $"{epochs}", "--batch-size", "12", "--schedule", "constant", "--lr", "0.03", "--threads", "1", "--out", output,
        ];

        public void Dispose() => Directory.Delete(Folder, recursive: true);

        private void WritePictures(string part, int count, int seed)
        {
            int i = 0;
            foreach (Patterns.Row row in Patterns.Rows(count, seed))
            {
                string folder = Path.Combine(Pictures(part), row.Label);
                Directory.CreateDirectory(folder);
                using Microsoft.ML.Data.MLImage image = row.Image;
                image.Save(Path.Combine(folder, $"{i++:D3}.png"));
            }
        }
    }

    [Fact]
    public void It_leaves_model_onnx_report_and_figures()
    {
        Assert.True(run.Outcome.ExitCode == 0, run.Outcome.Errors + run.Outcome.Output);
        foreach (string file in (string[])["model.zip", "classifier.onnx", "report.html", "metrics.json", "run.json", "evaluation.json", "confusion.png", "worst.png", "kernels.png"])
            Assert.True(File.Exists(Path.Combine(run.Output, file)), file);
        JsonElement metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(run.Output, "metrics.json"))).RootElement;
        Assert.Equal("alexnet", metrics.GetProperty("family").GetString());
        Assert.Equal(3, metrics.GetProperty("epochs").GetArrayLength());
        Assert.InRange(metrics.GetProperty("test").GetProperty("top1").GetDouble(), 0, 1);
        Assert.Contains("waiting for data", run.Outcome.Output);
    }

    [Fact]
    public void Its_model_classifies_files_and_finds_similar_ones()
    {
        string picture = Directory.GetFiles(run.Pictures("test"), "*.png", SearchOption.AllDirectories)[0], sheet = Path.Combine(run.Folder, "sheet.png");
        CommandLine.Outcome classified = CommandLine.Run("classify", "--model", run.Model, "-k", "3", picture, "--out", sheet);
        Assert.True(classified.ExitCode == 0, classified.Errors);
        Assert.All(Patterns.Classes, name => Assert.Contains(name, classified.Output));
        Assert.True(File.Exists(sheet));
        JsonElement found = JsonDocument.Parse(CommandLine.Run("classify", "--model", run.Model, "-k", "3", picture, "--json", "--quiet").Output).RootElement;
        JsonElement one = Assert.Single(found.GetProperty("pictures").EnumerateArray());
        Assert.Equal(picture, one.GetProperty("path").GetString());
        double[] probabilities = [.. one.GetProperty("top").EnumerateArray().Select(top => top.GetProperty("probability").GetDouble())];
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        Assert.Equal(1, probabilities.Sum(), 1e-3);
        CommandLine.Outcome similar = CommandLine.Run("similar", "--model", run.Model, "--data", run.Pictures("train"), "-k", "2", picture, "--out", Path.Combine(run.Folder, "similar.png"));
        Assert.True(similar.ExitCode == 0, similar.Errors);
        Assert.Equal(2, similar.Output.Split('\n').Count(line => line.StartsWith("  ", StringComparison.Ordinal)));
        // Without a model by ResNet-18's features: the nearest is the picture itself.
        string known = Directory.GetFiles(run.Pictures("train"), "*.png", SearchOption.AllDirectories)[3];
        similar = CommandLine.Run("similar", "--data", run.Pictures("train"), "-k", "2", known, "--out", Path.Combine(run.Folder, "similar-by-default.png"));
        Assert.True(similar.ExitCode == 0, similar.Errors);
        string nearest = similar.Output.Split('\n').First(line => line.StartsWith("  ", StringComparison.Ordinal));
        Assert.Equal(Path.GetFileName(known), Path.GetFileName(nearest.Trim().Split("  ")[^1]));
    }

    [Fact]
    public void Evaluate_says_what_training_said()
    {
        string figures = Path.Combine(run.Folder, "again.json");
        CommandLine.Outcome evaluated = CommandLine.Run("evaluate", "--model", run.Model, "--data", run.Pictures("test"), "--out", figures);
        Assert.True(evaluated.ExitCode == 0, evaluated.Errors);
        Assert.Equal(Accuracy(Path.Combine(run.Output, "evaluation.json")), Accuracy(figures));
    }

    private static double Accuracy(string file) => JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("accuracy").GetDouble();

    [Fact]
    public void Evaluate_leaves_what_training_wrote_and_takes_a_folder()
    {
        byte[] written = File.ReadAllBytes(Path.Combine(run.Output, "evaluation.json"));
        CommandLine.Outcome evaluated = CommandLine.Run("evaluate", "--model", run.Model, "--data", run.Pictures("train"));
        Assert.True(evaluated.ExitCode == 0, evaluated.Errors);
        Assert.Equal(written, File.ReadAllBytes(Path.Combine(run.Output, "evaluation.json")));
        string named = Path.Combine(run.Folder, "by.date");
        evaluated = CommandLine.Run("evaluate", "--model", run.Model, "--data", run.Pictures("train"), "--out", named);
        Assert.True(evaluated.ExitCode == 0, evaluated.Errors);
        foreach (string folder in (string[])[Path.Combine(run.Output, "evaluation"), named])
            Assert.All((string[])["evaluation.json", "confusion.png", "report.html"], file => Assert.True(File.Exists(Path.Combine(folder, file)), file));
    }

    [Theory]
    [InlineData("model.zip")]
    [InlineData("classifier.onnx")]
    public void Quantize_writes_a_smaller_model_and_says_both_accuracies(string file)
    {
        string source = Path.Combine(run.Output, file), target = Path.Combine(run.Output, $"{Path.GetFileNameWithoutExtension(file)}-int8{Path.GetExtension(file)}");
        CommandLine.Outcome outcome = CommandLine.Run("quantize", "--model", source, "--data", run.Pictures("train"), "--test", run.Pictures("test"), "--calibration", "20", "--max-loss", "30");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        // Weights are nearly all of the file.
        Assert.InRange(new FileInfo(target).Length, 0.2 * new FileInfo(source).Length, 0.4 * new FileInfo(source).Length);
        Match said = Regex.Match(outcome.Output, @"accuracy (\d+\.\d+)\s% before, (\d+\.\d+)\s% after");
        Assert.Equal(100 * Accuracy(Path.Combine(run.Output, "evaluation.json")), double.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture), 0.01);
        if (file == "model.zip")
        {
            string figures = Path.Combine(run.Folder, "int8.json");
            CommandLine.Outcome evaluated = CommandLine.Run("evaluate", "--model", target, "--data", run.Pictures("test"), "--out", figures);
            Assert.True(evaluated.ExitCode == 0, evaluated.Errors);
            Assert.Equal(100 * Accuracy(figures), double.Parse(said.Groups[2].Value, CultureInfo.InvariantCulture), 0.01);
        }
        CommandLine.Outcome refused = CommandLine.Run("quantize", "--model", source, "--data", run.Pictures("train"), "--test", run.Pictures("test"), "--max-loss", "-1", "--out", Path.Combine(run.Folder, "none"));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--max-loss", refused.Errors);
        Assert.False(File.Exists(Path.Combine(run.Folder, "none")));
    }

    [Fact]
    public void Fuse_writes_one_file_that_says_what_the_model_says()
    {
        string target = Path.Combine(run.Folder, "fused.onnx");
        CommandLine.Outcome outcome = CommandLine.Run("fuse", "--model", run.Model, "--out", target);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        MLContext ml = new();
        ITransformer model = ml.Model.Load(run.Model, out _);
        IDataView rows = model.Transform(ml.Images.LoadFolder(run.Pictures("test")));
        IDataView text = ml.Transforms.Conversion.MapKeyToValue("Said", "PredictedLabel").Fit(rows).Transform(rows);
        string[] labels = [.. text.GetColumn<string>("Said")], paths = [.. text.GetColumn<string>("Path")];
        float[][] scores = [.. text.GetColumn<float[]>("Score")];
        using InferenceSession session = new(target);
        for (int row = 0; row < paths.Length; row++)
        {
            Picture picture = PictureFile.Read(Path.Combine(run.Pictures("test"), paths[row]));
            byte[] pixels = picture.Channels == 3 ? picture.Pixels : [.. picture.Pixels.SelectMany(level => new[] { level, level, level })];
            using var results = session.Run([NamedOnnxValue.CreateFromTensor("image", new DenseTensor<byte>(pixels, [1, picture.Height, picture.Width, 3]))], ["Score", "PredictedLabel"]);
            Assert.All(scores[row].Zip(results[0].AsEnumerable<float>()), pair => Assert.Equal(pair.First, pair.Second, 0.02));
            Assert.Equal(labels[row], results[1].AsEnumerable<string>().Single());
        }
        ((IDisposable)model).Dispose();
    }

    [Fact]
    public void Pictures_above_max_pixels_are_left_out()
    {
        CommandLine.Outcome outcome = CommandLine.Run("classify", "--model", run.Model, run.Pictures("test"), "--max-pixels", "10");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("above the limit of 10", outcome.Errors);
    }

    [Fact]
    public void Interrupted_it_keeps_the_last_finished_epoch_and_resumes()
    {
        string output = Path.Combine(run.Folder, "interrupted");
        using Process process = CommandLine.Start("src/Cli", "mlnetgen", run.Arguments(output, epochs: 500));
        string? line;
        while ((line = process.StandardOutput.ReadLine()) is not null && !line.StartsWith("epoch 2:", StringComparison.Ordinal))
        {
        }
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            kill.WaitForExit();
        CommandLine.Outcome outcome = CommandLine.Outcome.Of(process);
        Assert.Equal(130, outcome.ExitCode);
        Assert.Contains("--resume", outcome.Errors);
        int kept = Epochs();
        Assert.True(kept >= 2);
        CommandLine.Outcome resumed = CommandLine.Run([.. run.Arguments(output, epochs: kept + 1), "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Errors);
        Assert.Equal(kept + 1, Epochs());

        int Epochs() => JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "metrics.json"))).RootElement.GetProperty("epochs").GetArrayLength();
    }

    [Theory]
    [InlineData("train", "train/out")]
    [InlineData("train", "train")]
    [InlineData("train", "train/down/../out")]
    public void An_output_inside_the_data_is_refused_before_anything_is_read(string data, string output)
    {
        string folder = Path.Combine(run.Folder, output);
        CommandLine.Outcome outcome = CommandLine.Run("train", "alexnet", "--data", run.Pictures(data), "--out", folder);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains($"--out '{folder}' lies in --data '{run.Pictures(data)}'", outcome.Errors);
        Assert.Equal(["across", "down", "squares"], Directory.GetDirectories(run.Pictures(data)).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_random_tenth_of_few_pictures_has_one_of_them()
    {
        foreach (string seed in (string[])["1", "2", "3"])
        {
            string output = Path.Combine(run.Folder, $"few-{seed}");
            CommandLine.Outcome outcome = CommandLine.Run(
                "train", "alexnet", "--data", run.Pictures("test"), "--network", "compact", "--image-size", "16", "--epochs", "1", "--batch-size", "4", "--threads", "1", "--seed", seed, "--out", output);
            Assert.True(outcome.ExitCode == 0, outcome.Errors);
            // A tenth of 15, rounded.
            Assert.Contains("13 training rows of 3×16×16, 2 held out", outcome.Errors);
            Assert.DoesNotContain("MapValueToKey", outcome.Errors);
        }
    }
}

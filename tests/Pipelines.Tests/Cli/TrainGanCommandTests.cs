using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Cli;

/// <summary>The GAN's commands, end to end, on a folder of pictures.</summary>
public sealed class TrainGanCommandTests(TrainGanCommandTests.Run run) : IClassFixture<TrainGanCommandTests.Run>
{
    [Fact]
    public void Its_discriminator_scores_a_folder()
    {
        string scores = Path.Combine(run.Folder, "scores");
        CommandLine.Outcome outcome = CommandLine.Run("score", "--model", Path.Combine(run.Output, "discriminator.zip"), "--input", run.Pictures, "--out", scores, "--format", "jsonl");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        JsonElement[] rows = [.. File.ReadLines(Path.Combine(scores, "part-00000.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(60, rows.Length);
        Assert.All(rows, row => Assert.InRange(row.GetProperty("Realness").GetSingle(), 0f, 1f));
        Assert.All(rows, row => Assert.Equal(2, row.EnumerateObject().Count()));
    }

    /// <summary>Three runs on real files, done once: a whole one, one that is killed, and its resumption.</summary>
    public sealed class Run : IDisposable
    {
        private const int Checkpoint = 10, Steps = 20;

        public Run()
        {
            Pictures = TrainVaeCommandTests.Run.MoonFolder(Folder, 60);
            Outcome = CommandLine.Run(Arguments(Output));
            Kill(Killed);
            Resumed = CommandLine.Run([.. Arguments(Killed), "--resume"]);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        public string Output => Path.Combine(Folder, "whole");

        public string Killed => Path.Combine(Folder, "killed");

        public string Pictures { get; }

        /// <summary>What the log held when the process was killed.</summary>
        public int StepsBefore { get; private set; }

        internal CommandLine.Outcome Outcome { get; }

        internal CommandLine.Outcome Resumed { get; }

        public void Dispose() => Directory.Delete(Folder, recursive: true);

        private string[] Arguments(string output, int steps = Steps) =>
        [
            "train", "gan", "--data", Pictures, "--split", "50", "--out", output, "--network", "mnist32", "--width", "8", "--latent-dim", "6",
            "--steps", $"{steps}", "--batch-size", "8", "--sample-interval", "5", "--checkpoint-interval", $"{Checkpoint}", "--keep-checkpoints", "1000", "--threads", "1",
        ];

        // As the power failing does: no handler runs, nothing is flushed.
        private void Kill(string output)
        {
            using Process process = CommandLine.Start("src/Cli", "mlnetgen", Arguments(output, steps: 100_000));
            string log = Path.Combine(output, "training_log.jsonl");
            while (!process.HasExited && Lines(log) <= Checkpoint)
                Thread.Sleep(1);
            process.Kill();
            process.WaitForExit();
            StepsBefore = Lines(log);
            // However fast it was: what it had written after the first checkpoint is what a slower one had lost.
            foreach (string later in Directory.GetFiles(Path.Combine(output, "checkpoints")).Where(path => Path.GetFileName(path) != "step-000010.checkpoint"))
                File.Delete(later);
        }

        private static int Lines(string path)
        {
            if (!File.Exists(path))
                return 0;
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using StreamReader reader = new(file);
            return reader.ReadToEnd().Count(c => c == '\n');
        }
    }

    [Fact]
    public void Evaluate_judges_the_generator_by_pictures_it_was_not_trained_on()
    {
        string figures = Path.Combine(run.Folder, "figures.json"), extractor = Path.Combine(run.Folder, "extractor.onnx");
        string[] arguments = ["evaluate", "--model", Path.Combine(run.Output, "model.zip"), "--data", run.Pictures, "--split", "50", "--count", "20", "--out", figures];
        CommandLine.Outcome first = CommandLine.Run([.. arguments, "--save-extractor", extractor]);
        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.Contains("20 pictures of the averaged generator against 10 real ones; 512 features: ResNet-18 of ImageNet, pictures at 32×32 enlarged to 224×224 (SHA-256 e2552f19db2d)", first.Output);
        Assert.StartsWith("kernel distance ", first.Output, StringComparison.Ordinal);
        string written = File.ReadAllText(figures);
        using JsonDocument json = JsonDocument.Parse(written);
        Assert.Equal("averaged weights", json.RootElement.GetProperty("generator").GetString());
        Assert.Equal((10, 20), (json.RootElement.GetProperty("realCount").GetInt32(), json.RootElement.GetProperty("generatedCount").GetInt32()));
        // Moons after 20 steps at a tenth of the width: nothing like moons.
        Assert.InRange(json.RootElement.GetProperty("kernelDistance").GetDouble(), 5 * json.RootElement.GetProperty("kernelDistanceStandardError").GetDouble(), double.MaxValue);
        Assert.InRange(json.RootElement.GetProperty("coverage").GetDouble(), 0, 1);
        Assert.Equal((10, 0), (json.RootElement.GetProperty("rows").GetInt32(), json.RootElement.GetProperty("trainedOn").GetInt32()));
        Assert.True(File.Exists(Path.Combine(run.Folder, "figures", "report.html")));
        Assert.Equal("e2552f19db2d", json.RootElement.GetProperty("featuresHash").GetString());
        // Ten rows: both say why they are not worth reading.
        Assert.Contains("10 rows", json.RootElement.GetProperty("frechetDistanceCaveat").GetString(), StringComparison.Ordinal);
        Assert.Contains("10 rows", json.RootElement.GetProperty("neighbourCaveat").GetString(), StringComparison.Ordinal);
        // And both once on screen, where the figures are in brackets.
        foreach ((string caveat, string bracketed) in (IEnumerable<(string, string)>)[("frechetDistanceCaveat", "(Fréchet distance "), ("neighbourCaveat", "(precision ")])
        {
            Assert.Equal(2, (first.Output + first.Errors).Split(json.RootElement.GetProperty(caveat).GetString()).Length);
            Assert.Contains(bracketed, first.Output, StringComparison.Ordinal);
        }

        CommandLine.Outcome again = CommandLine.Run([.. arguments, "--extractor", extractor]);
        Assert.True(again.ExitCode == 0, again.Errors);
        Assert.Equal(written, File.ReadAllText(figures));
    }

    [Fact]
    public void A_run_leaves_everything_it_promises()
    {
        Assert.True(run.Outcome.ExitCode == 0, run.Outcome.Errors);
        foreach (string file in (string[])["model.zip", "discriminator.zip", "generator.onnx", "discriminator.onnx", "metrics.json", "run.json", "report.html",
            "training_log.jsonl", "training-pictures.png", "samples/step-000020.png", "checkpoints/step-000020.checkpoint"])
        {
            Assert.True(new FileInfo(Path.Combine(run.Output, file)).Length > 0, file);
        }
        Assert.Contains("step 20/20: D ", run.Outcome.Output);
        Assert.Contains("report.html", run.Outcome.Output);
        Assert.Empty(Directory.GetFiles(run.Output, "*.tmp*", SearchOption.AllDirectories));
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(run.Output, "metrics.json")));
        Assert.Equal([10, 20], metrics.RootElement.GetProperty("averages").EnumerateArray().Select(a => a.GetProperty("step").GetInt32()));
    }

    [Fact]
    public void A_killed_and_resumed_run_ends_bit_for_bit_as_the_whole_one()
    {
        Assert.True(run.StepsBefore > 10, "killed before the first checkpoint");
        Assert.True(run.Resumed.ExitCode == 0, run.Resumed.Errors);
        Assert.Contains("going on after step 10", run.Resumed.Errors);
        const string Last = "checkpoints/step-000020.checkpoint";
        using ZipArchive whole = ZipFile.OpenRead(Path.Combine(run.Output, Last)), resumed = ZipFile.OpenRead(Path.Combine(run.Killed, Last));
        foreach (ZipArchiveEntry entry in whole.Entries.Where(e => e.Name.EndsWith(".bin", StringComparison.Ordinal)))
            Assert.Equal(Bytes(entry), Bytes(resumed.GetEntry(entry.Name)!));
        Assert.Equal(5, whole.Entries.Count(e => e.Name.EndsWith(".bin", StringComparison.Ordinal)));
        Assert.Equal(File.ReadAllBytes(Path.Combine(run.Output, "generator.onnx")), File.ReadAllBytes(Path.Combine(run.Killed, "generator.onnx")));
        Assert.Equal(20, File.ReadLines(Path.Combine(run.Killed, "training_log.jsonl")).Count());

        static byte[] Bytes(ZipArchiveEntry entry)
        {
            using MemoryStream bytes = new();
            using Stream stream = entry.Open();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }

    [Fact]
    public void Generate_draws_new_pictures_from_the_saved_model_alone()
    {
        string alone = Path.Combine(run.Folder, "alone", "model.zip"), sheet = Path.Combine(run.Folder, "alone", "new.png");
        Directory.CreateDirectory(Path.GetDirectoryName(alone)!);
        File.Copy(Path.Combine(run.Output, "model.zip"), alone);
        CommandLine.Outcome outcome = CommandLine.Run("generate", "--model", alone, "--count", "12", "--columns", "4", "--out", sheet);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        using MLImage picture = MLImage.CreateFromFile(sheet);
        Assert.True(picture.Width > picture.Height);
    }

    [Fact]
    public void The_discriminator_cannot_draw_and_says_so()
    {
        CommandLine.Outcome outcome = CommandLine.Run("generate", "--model", Path.Combine(run.Output, "discriminator.zip"), "--out", Path.Combine(run.Folder, "none.png"));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("discriminator.zip' is of a GAN", outcome.Errors, StringComparison.Ordinal);
    }
}

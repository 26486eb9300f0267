using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MLNetGen.Tests.Cli;

/// <summary><c>score</c> as a user runs it: alone, as one of several processes, and killed in the middle.</summary>
public sealed class ScoreCommandTests(ScoringModels models) : IClassFixture<ScoringModels>, IDisposable
{
    private const int Kills = 5;

    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    private string Output => Path.Combine(folder, "scores");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("idv")]
    [InlineData("tsv")]
    public void A_format_holds_the_codes_that_MLNET_gives_row_by_row(string format)
    {
        Score(models.Vae, Output, "--format", format, "--part-size", "25");
        Assert.Equal(3, ScoredTable.Parts(Output, format).Length);
        AssertSame(models.Truth(models.Vae, row => row.Latent!), ScoredTable.Latent(Output, format));
    }

    [ParquetFact]
    public void Parquet_holds_them_too_as_another_reader_reads_it()
    {
        A_format_holds_the_codes_that_MLNET_gives_row_by_row("parquet");
        string classes = Path.Combine(folder, "classes");
        Score(models.Classifier, classes, "--format", "parquet");
        string[] lines = ScoredTable.Parquet(Path.Combine(classes, "part-00000.parquet"));
        string[] slots = JsonSerializer.Deserialize<string[]>(JsonDocument.Parse(lines[^1]).RootElement.GetProperty("Score.slots").GetString()!)!;
        foreach ((string path, (string label, float[] scores)) in models.Truth(models.Classifier, row => (row.PredictedLabel!, row.Score!)))
        {
            JsonElement row = Assert.Single(lines[..^1].Select(line => JsonDocument.Parse(line).RootElement), row => row.GetProperty("Path").GetString() == path);
            Assert.Equal(label, row.GetProperty("PredictedLabel").GetString());
            Assert.Equal(scores, row.GetProperty("Score").EnumerateArray().Select(value => value.GetSingle()), (a, b) => Math.Abs(a - b) < 1e-6);
            Assert.Equal(label, slots[Array.IndexOf(scores, scores.Max())]);
        }
    }

    [Fact]
    public void Shards_make_the_files_that_one_process_makes()
    {
        Score(models.Vae, Output, "--part-size", "9");
        string shared = Path.Combine(folder, "shared");
        foreach (int shard in (int[])[3, 1, 2])
            Score(models.Vae, shared, "--part-size", "9", "--shard", $"{shard}/3");
        Assert.Equal(Files(Output), Files(shared));
        AssertSame(models.Truth(models.Vae, row => row.Latent!), ScoredTable.Latent(shared, "csv"));

        CommandLine.Outcome merged = CommandLine.Run("score", "merge", "--out", shared);
        Assert.True(merged.ExitCode == 0, merged.Errors);
        Assert.Equal(models.Paths, ScoredTable.Csv(Path.Combine(shared, "scores.csv")).Select(row => row["Path"]));
        Assert.Equal(ScoringModels.Broken, ScoredTable.Csv(Path.Combine(shared, "errors.csv")).Select(row => row["Path"]));
        Assert.All(ScoredTable.Csv(Path.Combine(shared, "errors.csv")), row => Assert.NotEmpty(row["Problem"]));
    }

    [Fact]
    public void What_was_finished_is_not_made_again_and_what_is_missing_is()
    {
        Score(models.Vae, Output, "--part-size", "20");
        Dictionary<string, string> before = Files(Output);
        string kept = Path.Combine(Output, "part-00000.csv"), gone = Path.Combine(Output, "part-00002.csv");
        DateTime written = File.GetLastWriteTimeUtc(kept);
        File.Delete(gone);
        CommandLine.Outcome incomplete = CommandLine.Run("score", "merge", "--out", Output);
        Assert.NotEqual(0, incomplete.ExitCode);
        Assert.Contains("1 of the 4 parts", incomplete.Errors, StringComparison.Ordinal);
        Assert.Contains("part-00002.csv", incomplete.Errors, StringComparison.Ordinal);
        Score(models.Vae, Output, "--part-size", "20");
        Assert.Equal(before, Files(Output));
        Assert.Equal(written, File.GetLastWriteTimeUtc(kept));
    }

    [Fact]
    public void A_shard_that_is_killed_leaves_whole_parts_alone_and_goes_on()
    {
        string alone = Path.Combine(folder, "alone");
        string[] arguments = ["--part-size", "2"];
        long started = Stopwatch.GetTimestamp();
        Score(models.Vae, alone, arguments);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Dictionary<string, string> whole = Files(alone);
        // Another moment every time: what must hold, holds at all of them.
        Random random = new();
        for (int i = 0; i < Kills; i++)
        {
            using Process process = CommandLine.Start("src/Cli", "mlnetgen", Arguments(models.Vae, Output, arguments));
            process.WaitForExit(TimeSpan.FromSeconds(random.NextDouble() * seconds));
            process.Kill();
            process.WaitForExit();
            foreach ((string name, string text) in Directory.Exists(Output) ? Files(Output).Where(file => !file.Key.EndsWith(".tmp", StringComparison.Ordinal)) : [])
                Assert.Equal(whole[name], text);
        }
        Score(models.Vae, Output, arguments);
        Assert.Equal(whole, Files(Output));
    }

    [Fact]
    public void A_model_that_makes_pictures_leaves_them_at_their_sources_places()
    {
        Score(models.Vae, Output, "--format", "pictures", "--part-size", "40");
        Dictionary<string, byte[]> truth = models.Truth(models.Vae, row => Picture.FromImage(row.Reconstruction!).Pixels);
        string[] parts = [.. Directory.GetDirectories(Output).Order(StringComparer.Ordinal)];
        Assert.Equal(["part-00000", "part-00001"], parts.Select(Path.GetFileName));
        foreach ((string path, byte[] pixels) in truth)
        {
            string file = Assert.Single(parts.Select(part => Path.Combine(part, $"{path}.Reconstruction.png")), File.Exists);
            // A value that is rounded may be on the edge.
            Assert.All(PictureFile.Read(file).Pixels.Zip(pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        }
        Assert.Equal(truth.Count, Directory.GetFiles(Output, "*.png", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void A_classifier_gives_its_label_and_its_likeliest_classes()
    {
        Score(models.Classifier, Output, "--format", "jsonl", "--top-k", "2");
        Dictionary<string, (string Label, float[] Scores)> truth = models.Truth(models.Classifier, row => (row.PredictedLabel!, row.Score!));
        JsonElement[] rows = [.. File.ReadLines(Path.Combine(Output, "part-00000.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(truth.Count, rows.Length);
        foreach (JsonElement row in rows)
        {
            (string label, float[] scores) = truth[row.GetProperty("Path").GetString()!];
            Assert.Equal(label, row.GetProperty("PredictedLabel").GetString());
            Assert.Equal(label, row.GetProperty("TopLabels")[0].GetString());
            Assert.Equal(scores.OrderDescending().Take(2), row.GetProperty("TopScores").EnumerateArray().Select(value => value.GetSingle()), (a, b) => Math.Abs(a - b) < 1e-6);
        }

        string all = Path.Combine(folder, "all");
        Score(models.Classifier, all);
        foreach (Dictionary<string, string> row in ScoredTable.Csv(Path.Combine(all, "part-00000.csv")))
        {
            Assert.Equal(["Path", "PredictedLabel", .. Patterns.Classes.Select(name => $"Score.{name}")], row.Keys.Take(2).Concat(row.Keys.Skip(2).Order(StringComparer.Ordinal)));
            string likeliest = Patterns.Classes.MaxBy(name => float.Parse(row[$"Score.{name}"], CultureInfo.InvariantCulture))!;
            Assert.Equal(truth[row["Path"]].Label, likeliest);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_anything_is_written()
    {
        Refused("--shard is '3/2'", models.Vae, Output, "--shard", "3/2");
        Refused("--columns has 'Nothing'", models.Vae, Output, "--columns", "Nothing");
        Refused("no classifier", models.Vae, Output, "-k", "2");
        Refused("makes no pictures", models.Classifier, Output, "--format", "pictures");
        Refused("lies in --input", models.Vae, Path.Combine(models.Pictures, "scores"));
        Assert.False(Directory.Exists(Output));
        Score(models.Vae, Output, "--columns", "Latent");
        Dictionary<string, string> before = Files(Output);
        Refused("partSize is 1000 there and 7 here", models.Vae, Output, "--columns", "Latent", "--part-size", "7");
        Refused("another job: model is", models.Classifier, Output, "--columns", "Score");
        Assert.Equal(before, Files(Output));
    }

    private static void AssertSame(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        // As BatchedOnnxTransformer's rows agree with OnnxTransformer's.
        foreach ((string path, float[] values) in expected)
            Assert.Equal(values, actual[path], (a, b) => Math.Abs(a - b) <= 1e-6 * Math.Max(1, values.Max(Math.Abs)));
    }

    // By name; the bytes as Latin-1 text, which differs where they do.
    private static Dictionary<string, string> Files(string of) => new(Directory.GetFiles(of).Order(StringComparer.Ordinal)
        .Select(file => KeyValuePair.Create(Path.GetFileName(file), System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)))));

    private void Score(string model, string output, params string[] more)
    {
        CommandLine.Outcome outcome = CommandLine.Run(Arguments(model, output, more));
        Assert.True(outcome.ExitCode == 0, outcome.Errors + outcome.Output);
    }

    private void Refused(string message, string model, string output, params string[] more)
    {
        CommandLine.Outcome outcome = CommandLine.Run(Arguments(model, output, more));
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(message, outcome.Errors, StringComparison.Ordinal);
    }

    private string[] Arguments(string model, string output, params string[] more) => ["score", "--model", model, "--input", models.Pictures, "--out", output, .. more];
}

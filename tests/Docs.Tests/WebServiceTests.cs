using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Docs;

/// <summary>examples/WebService, as docs/deployment.md tells of it, run as a program of its own.</summary>
public sealed partial class WebServiceTests : IDisposable
{
    private const int Requests = 40, AtOnce = 8;

    private static readonly string Example = Path.Combine(Repository.Root!, "examples", "WebService");

    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_answers_many_at_once_with_the_model_s_own_scores()
    {
        MLContext ml = new(seed: 1);
        string saved = Path.Combine(folder, "model.zip"), one = Path.Combine(folder, "one.png");
        Picture picture = new(16, 16, 3, [.. Enumerable.Range(0, 768).Select(i => (byte)(i * 37))]);
        picture.Save(one);
        foreach (string label in (string[])["dark", "light"])
        {
            for (int i = 0; i < 8; i++)
            {
                Directory.CreateDirectory(Path.Combine(folder, "pictures", label));
                new Picture(16, 16, 3, [.. Enumerable.Repeat((byte)((label == "dark" ? 20 : 220) + i), 768)]).Save(Path.Combine(folder, "pictures", label, $"{i}.png"));
            }
        }
        IDataView pictures = ml.Images.LoadFolder(Path.Combine(folder, "pictures"));
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(pictures).Transform(pictures);
        using AlexNetTransformer model = ml.MulticlassClassification.Trainers.AlexNet(ml, new() { Network = AlexNetNetwork.Compact, ImageSize = 16, Epochs = 1, BatchSize = 8, Seed = 1, NumberOfThreads = 1 }).Fit(keyed);
        ml.Model.Save(model, pictures.Schema, saved);
        Directory.CreateDirectory(Path.Combine(folder, "one", "dark"));
        File.Copy(one, Path.Combine(folder, "one", "dark", "one.png"));
        IDataView row = ml.Images.LoadFolder(Path.Combine(folder, "one"));
        float[] expected = model.Transform(row).GetColumn<float[]>("Score").Single();

        using Process service = Start(saved);
        try
        {
            using HttpClient client = new() { BaseAddress = await AddressOf(service) };
            Assert.Equal("ok", await client.GetStringAsync("health"));
            byte[] bytes = await File.ReadAllBytesAsync(one);
            await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, cancel) =>
            {
                using ByteArrayContent content = new(bytes);
                using HttpResponseMessage response = await client.PostAsync("classify", content, cancel);
                Answer[] answers = (await response.Content.ReadFromJsonAsync<Answer[]>(cancel))!;
                Assert.Equal(["dark", "light"], answers.Select(answer => answer.Class).Order());
                Assert.InRange(answers.Single(answer => answer.Class == "dark").Score, expected[0] - 1e-5, expected[0] + 1e-5);
                Assert.True(answers[0].Score >= answers[1].Score);
            });
            using ByteArrayContent noPicture = new([1, 2, 3]);
            Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("classify", noPicture)).StatusCode);
        }
        finally
        {
            service.Kill();
        }
    }

    [Fact]
    public void The_page_s_pool_is_the_example_s()
    {
        string[] blocks = [.. Page.Read("docs/deployment.md").Blocks.Where(block => block.Language == "csharp").Select(block => block.Code)];
        string pool = File.ReadAllText(Path.Combine(Example, "EnginePool.cs")).ReplaceLineEndings("\n");
        Assert.Contains(blocks, block => pool.Contains(block, StringComparison.Ordinal));
    }

    private static Process Start(string model) => Process.Start(
        new ProcessStartInfo("dotnet", [CommandLine.PathOf("examples/WebService", "MLNetGen.Examples.WebService"), "--model", model, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true })!;

    // The service tells where it listens.
    private static async Task<Uri> AddressOf(Process service)
    {
        while (await service.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
                return new Uri(match.Groups["address"].Value);
        }
        throw new InvalidOperationException("The service ended before it listened.");
    }

    private sealed record Answer(string Class, float Score);

    [GeneratedRegex("Now listening on: (?<address>http\\S+)")]
    private static partial Regex Listening();
}

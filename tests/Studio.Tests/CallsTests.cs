using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Onnx;
using MLNetGen.Studio;

namespace MLNetGen.Tests;

[Collection(StudioTests.Name)]
public class CallsTests(TrainedModels models)
{
    private HttpClient Client => models.Client;

    [Fact]
    public async Task Style_networks_that_come_with_the_program_are_there_with_a_picture_of_their_painting()
    {
        await using StudioServer server = await StudioServer.StartAsync(new() { ModelsFolder = Path.Combine(models.Folder, "none") });
        using HttpClient client = new() { BaseAddress = server.Address };
        JsonElement[] styles = [.. (await client.GetFromJsonAsync<JsonElement>("api/models")).GetProperty("models").EnumerateArray()];
        Assert.Equal(["shipwreck", "starry night", "the scream", "wave"], styles.Select(style => style.GetProperty("name").GetString()).Order());
        Assert.All(styles, style => Assert.Equal(("paint", true), (style.GetProperty("task").GetString(), style.GetProperty("hasThumbnail").GetBoolean())));
        foreach (JsonElement style in styles)
        {
            byte[] thumbnail = await client.GetByteArrayAsync($"api/models/{style.GetProperty("id")}/thumbnail");
            Picture painting = PictureFile.Read(thumbnail, "a thumbnail");
            Assert.Equal((160, 160), (painting.Width, painting.Height));
        }
        JsonElement own = (await models.Client.GetFromJsonAsync<JsonElement>("api/models")).GetProperty("models").EnumerateArray().First();
        Assert.Equal(HttpStatusCode.NotFound, (await models.Client.GetAsync($"api/models/{own.GetProperty("id")}/thumbnail")).StatusCode);
    }

    [Fact]
    public async Task Models_of_every_family_are_found_and_told_apart()
    {
        JsonArray found = (await Client.JsonAsync("api/models"))["models"]!.AsArray();
        Assert.Equal(
            ["classifier: classify", "gan: latent", "sharp: enlarge", "style: paint", "vae-classes: latent", "vae: latent"],
            found.Where(model => (string?)model!["task"] != "none").Select(model => $"{model!["name"]}: {model["task"]}").Order(StringComparer.Ordinal));
        Assert.Contains(found, model => (string?)model!["name"] == "gan/discriminator.zip");
        Assert.All(found, model => Assert.DoesNotContain(models.Folder, model!.ToJsonString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, KeptColors.None)]
    [InlineData(0.4, KeptColors.Luminance)]
    public async Task Painting_is_the_networks(double strength, KeptColors colors)
    {
        string id = await Client.ModelAsync("style"), query = string.Create(CultureInfo.InvariantCulture, $"strength={strength}&colors={colors}");
        using HttpResponseMessage answer = await Client.PostPictureAsync($"api/models/{id}/paint?{query}", models.Moon);
        Picture painted = await answer.PictureAsync();
        using StyleModel network = StyleModel.Open(models["style"]);
        Picture expected = network.Stylize(PictureFile.Read(models.Moon, "moon"), new() { Strength = strength, KeptColors = colors });
        Assert.Equal((expected.Width, expected.Height), (painted.Width, painted.Height));
        Assert.Equal(expected.Pixels, painted.Pixels);
    }

    [Fact]
    public async Task A_large_picture_is_painted_in_tiles_and_tells_its_progress()
    {
        Picture large = PictureResize.To(PictureFile.Read(models.Moon, "moon"), 1300, 1000);
        string id = await Client.ModelAsync("style");
        Task<HttpResponseMessage> painting = Client.PostPictureAsync($"api/models/{id}/paint?progress=mine", large.ToPng());
        List<double> shares = [];
        while (!painting.IsCompleted)
        {
            if ((await Client.JsonAsync("api/progress/mine"))["share"]?.GetValue<double>() is { } share)
                shares.Add(share);
            await Task.Delay(20);
        }
        using HttpResponseMessage answer = await painting;
        Picture painted = await answer.PictureAsync();
        Assert.Equal((1300, 1000), (painted.Width, painted.Height));
        Assert.NotEmpty(shares);
        Assert.Equal(shares.Order(), shares);
        Assert.Null((await Client.JsonAsync("api/progress/mine"))["share"]);
    }

    [Fact]
    public async Task Pictures_are_classified_as_by_the_pipeline_and_a_bad_one_is_told_of()
    {
        IReadOnlyList<Picture> moons = TrainedModels.Pictures(models.Context.Images.MoonPhases(3, 32, seed: 9));
        using HttpContent form = Answers.Form([("a.png", moons[0].ToPng()), ("../../etc/b\\c\0.png", moons[1].ToPng()), ("no.png", "<svg/>"u8.ToArray()), ("d.png", moons[2].ToPng())]);
        using HttpResponseMessage answer = await Client.PostAsync($"api/models/{await Client.ModelAsync("classifier")}/classify?count=2", form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonArray told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["pictures"]!.AsArray();
        Assert.Equal(4, told.Count);
        Assert.NotNull(told[2]!["problem"]);

        ITransformer model = models.Context.Model.Load(Path.Combine(models["classifier"], "model.zip"), out _);
        IReadOnlyList<PicturePrediction> expected = models.Context.MulticlassClassification.ReadPredictions(model.Transform(models.Context.Images.MoonPhases(3, 32, seed: 9)), 2);
        foreach ((int at, PicturePrediction prediction) in new[] { 0, 1, 3 }.Zip(expected))
        {
            Assert.Equal(prediction.Top.Select(one => one.Name), told[at]!["top"]!.AsArray().Select(one => (string?)one!["name"]));
            Assert.Equal(prediction.Top[0].Probability, told[at]!["top"]![0]!["probability"]!.GetValue<double>(), 1e-4);
        }
    }

    [Theory]
    [InlineData("vae", 4, 0, true)]
    [InlineData("gan", 6, 0, false)]
    [InlineData("vae-classes", 3, 8, true)]
    public async Task Codes_become_the_models_pictures(string name, int dimension, int classes, bool encodes)
    {
        string id = await Client.ModelAsync(name);
        JsonNode about = await Client.JsonAsync($"api/models/{id}/latent");
        Assert.Equal((dimension, classes, encodes), (about["dimension"]!.GetValue<int>(), about["classes"]!.AsArray().Count, about["encodes"]!.GetValue<bool>()));

        JsonNode codes = await Client.JsonAsync($"api/models/{id}/codes?seed=7&count=5");
        float[][] expectedCodes = [.. models.Context.Generative.SampleLatent(5, dimension, seed: 7).GetColumn<float[]>("Latent")];
        Assert.Equal(expectedCodes, codes["codes"]!.AsArray().Select(code => code!.AsArray().Select(value => value!.GetValue<float>()).ToArray()));

        int asked = classes > 0 ? 2 : 0;
        using HttpResponseMessage answer = await Client.PostAsJsonAsync($"api/models/{id}/decode?columns=3&class={asked}", codes);
        Picture sheet = await answer.PictureAsync();
        ITransformer model = models.Context.Model.Load(Path.Combine(models[name], "model.zip"), out _);
        ITransformer decoder = name == "gan" ? model : VaeTransformer.FromModel(models.Context, model).Decoder;
        IReadOnlyList<Picture> drawn = TrainedModels.Pictures(decoder.Transform(models.Context.Generative.SampleLatent(5, dimension, seed: 7, classes: classes > 0 ? [asked] : null)));
        Assert.Equal(PictureGrid.Draw(drawn, columns: 3, scale: 1, gap: 0).Pixels, sheet.Pixels);
    }

    [Fact]
    public async Task A_picture_has_a_code_and_there_is_a_way_between_two()
    {
        string id = await Client.ModelAsync("vae");
        using HttpResponseMessage answer = await Client.PostPictureAsync($"api/models/{id}/codes", models.Moon);
        JsonNode found = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        VaeTransformer vae = VaeTransformer.FromModel(models.Context, models.Context.Model.Load(Path.Combine(models["vae"], "model.zip"), out _));
        float[] code = vae.Encoder.Transform(models.Context.Images.MoonPhases(1, 32)).GetColumn<float[]>("Latent").Single();
        Assert.Equal(code, found["codes"]![0]!.AsArray().Select(value => value!.GetValue<float>()));

        float[] other = [0, 1, 0, -1];
        using HttpResponseMessage way = await Client.PostAsJsonAsync($"api/models/{id}/between?steps=4", new { codes = new[] { code, other } });
        JsonArray steps = JsonNode.Parse(await way.Content.ReadAsStringAsync())!["codes"]!.AsArray();
        Assert.Equal(5, steps.Count);
        Assert.Equal(other, steps[4]!.AsArray().Select(value => value!.GetValue<float>()));
    }

    [Fact]
    public async Task Enlarged_pictures_are_the_networks_and_are_judged()
    {
        string id = await Client.ModelAsync("sharp");
        using SuperResolutionTransformer network = SuperResolutionTransformer.Load(models.Context, models["sharp"]);
        Picture moon = PictureFile.Read(models.Moon, "moon");
        using HttpResponseMessage answer = await Client.PostPictureAsync($"api/models/{id}/enlarge", models.Moon);
        Assert.Equal(network.Upscale(moon).Pixels, (await answer.PictureAsync()).Pixels);

        using HttpResponseMessage judged = await Client.PostPictureAsync($"api/models/{id}/enlarge?shrink=true", models.Moon);
        Picture large = await judged.PictureAsync();
        Assert.Equal((moon.Width, moon.Height), (large.Width, large.Height));
        Assert.Equal(PictureQuality.PeakSignalToNoise(large, moon), double.Parse(judged.Headers.GetValues("Psnr").Single(), CultureInfo.InvariantCulture), 0.01);
    }

    [Fact]
    public async Task Layers_are_those_of_the_file()
    {
        JsonNode inside = await Client.JsonAsync($"api/models/{await Client.ModelAsync("style")}/layers");
        OnnxSummary expected = OnnxSummary.Read(Path.Combine(models["style"], "style.onnx"));
        Assert.Equal(expected.Parameters, inside["networks"]![0]!["summary"]!["parameters"]!.GetValue<long>());
        Assert.Equal(expected.Layers.Count, inside["networks"]![0]!["summary"]!["layers"]!.AsArray().Count);
        Assert.Equal(3, (await Client.JsonAsync($"api/models/{await Client.ModelAsync("vae")}/layers"))["networks"]!.AsArray().Count);
    }

    [Fact]
    public async Task Runs_have_figures_curves_settings_and_pictures()
    {
        JsonArray runs = JsonNode.Parse(await Client.GetStringAsync("api/runs"))!.AsArray();
        Assert.Equal(["classifier", "gan", "sharp", "style", "vae", "vae-classes"], runs.Select(run => (string)run!["name"]!).Order(StringComparer.Ordinal));
        JsonNode vae = runs.Single(run => (string?)run!["name"] == "vae")!;
        Assert.Equal(3, vae["epochs"]!.GetValue<int>());
        JsonNode detail = await Client.JsonAsync($"api/runs/{vae["id"]}");
        Assert.Equal(3, detail["rounds"]!.AsArray().Count);
        Assert.NotEmpty(detail["pictures"]!.AsArray());
        string file = Directory.EnumerateFiles(Path.Combine(models["vae"], "samples"), "*.png").Order(StringComparer.Ordinal).First();
        Assert.Equal(File.ReadAllBytes(file), await Client.GetByteArrayAsync($"api/runs/{vae["id"]}/pictures/0"));
    }

    [Fact]
    public async Task A_run_that_goes_on_is_told_of()
    {
        using HttpResponseMessage answer = await Client.GetAsync("api/changes", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using StreamReader events = new(await answer.Content.ReadAsStreamAsync());
        string first = await Next(events);
        string run = Directory.CreateDirectory(models["new"]).FullName;
        try
        {
            File.WriteAllText(Path.Combine(run, "metrics.json"), """{"family":"vae","isRunning":true,"epochs":[{"epoch":1,"train":{"loss":2.5}}]}""");
            Assert.NotEqual(first, await Next(events));
            Assert.Equal("running", await StateAsync());
            // Nobody has written for an hour.
            File.SetLastWriteTimeUtc(Path.Combine(run, "metrics.json"), DateTime.UtcNow.AddHours(-1));
            await Next(events);
            Assert.Equal("interrupted", await StateAsync());
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }

        async Task<string?> StateAsync() => (string?)JsonNode.Parse(await Client.GetStringAsync("api/runs"))!.AsArray().Single(one => (string?)one!["name"] == "new")!["state"];

        static async Task<string> Next(StreamReader events)
        {
            while (await events.ReadLineAsync() is { } line)
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    return line;
            throw new EndOfStreamException();
        }
    }

    [Fact]
    public async Task The_api_is_described()
    {
        JsonObject paths = (await Client.JsonAsync("api/openapi.json"))["paths"]!.AsObject();
        Assert.Contains("multipart/form-data", paths["/api/models/{id}/paint"]!["post"]!["requestBody"]!["content"]!.AsObject().Select(kind => kind.Key));
        Assert.All(paths.SelectMany(path => path.Value!.AsObject()), call => Assert.NotNull(call.Value!["summary"]));
    }
}

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
    public async Task A_mask_says_where_and_a_mixture_how_much()
    {
        Picture moon = PictureFile.Read(models.Moon, "moon"), mask = new(moon.Width, moon.Height, 1, [.. Enumerable.Range(0, moon.Width * moon.Height).Select(i => (byte)(i % moon.Width < 10 ? 0 : i % moon.Width < 20 ? 128 : 255))]);
        using StyleModel network = StyleModel.Open(models["style"]);
        using HttpContent form = Answers.With(models.Moon, "mask", mask.ToPng());
        using HttpResponseMessage answer = await Client.PostAsync($"api/models/{await Client.ModelAsync("style")}/paint", form);
        Picture painted = await answer.PictureAsync(), whole = network.Stylize(moon);
        Assert.Equal(PictureMask.Blend(moon, whole, mask).Pixels, painted.Pixels);
        Assert.Equal(moon.Pixels[..3], painted.Pixels[..3]);

        DirectoryInfo folder = Directory.CreateTempSubdirectory("mlnetgen-studio-mixture-");
        try
        {
            string[] paintings = [Path.Combine(folder.FullName, "a.png"), Path.Combine(folder.FullName, "b.png")];
            for (int i = 0; i < 2; i++) TrainedModels.Pictures(models.Context.Images.MoonPhases(1, size: 96, seed: i))[0].Save(paintings[i]);
            StyleTransferTrainer.Options options = new() { StylePictures = paintings, Network = StyleNetwork.Small, LossNetwork = LossNetworkNames.Random, ImageSize = 64, Steps = 2, BatchSize = 1, Seed = 3, Device = "cpu", NumberOfThreads = 1, WorkspacePath = Path.Combine(folder.FullName, "two") };
            using (StyleTransferTransformer two = models.Context.Generative.StyleTransfer(options).Fit(models.Context.Images.MoonPhases(4, 64))) two.SaveOnnx(Path.Combine(folder.FullName, "two"));
            await using StudioServer server = await StudioServer.StartAsync(new() { ModelsFolder = folder.FullName, StylesFolder = null });
            using HttpClient client = new() { BaseAddress = server.Address };
            string id = await client.ModelAsync("two");
            using StyleModel mixed = StyleModel.Open(Path.Combine(folder.FullName, "two"));
            using HttpResponseMessage mixture = await client.PostPictureAsync($"api/models/{id}/paint?mix=30,10", models.Moon);
            Assert.Equal(mixed.Stylize(moon, new() { StyleWeights = [0.75, 0.25] }).Pixels, (await mixture.PictureAsync()).Pixels);
            foreach (string mix in (string[])["", "1", "1,2,3", "0,0", "-1,2", "NaN,1", "a,b", "1e400,1"])
            {
                using HttpResponseMessage refused = await client.PostPictureAsync($"api/models/{id}/paint?mix={mix}", models.Moon);
                await refused.RefusedAsync(HttpStatusCode.BadRequest);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
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

    [Fact]
    public async Task Ten_crops_are_averaged()
    {
        Picture moon = TrainedModels.Pictures(models.Context.Images.MoonPhases(1, 32, seed: 21))[0];
        using HttpResponseMessage answer = await Client.PostPictureAsync($"api/models/{await Client.ModelAsync("classifier")}/classify?count=8&crops=true", moon.ToPng());
        JsonArray top = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["pictures"]![0]!["top"]!.AsArray();
        // 28 of 32 pixels, at the corners and in the middle, as they are and mirrored, cut by Skia.
        List<Moon> crops = [];
        foreach ((int x, int y) in ((int, int)[])[(0, 0), (4, 0), (0, 4), (4, 4), (2, 2)])
        {
            foreach (bool isMirrored in (bool[])[false, true])
            {
                using SkiaSharp.SKBitmap whole = SkiaSharp.SKBitmap.Decode(moon.ToPng()), part = new(28, 28);
                using SkiaSharp.SKCanvas canvas = new(part);
                if (isMirrored)
                    canvas.Scale(-1, 1, 14, 0);
                canvas.DrawBitmap(whole, -x, -y);
                canvas.Flush();
                crops.Add(new() { Image = PictureFile.Read(part.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100).ToArray(), "crop").ToImage() });
            }
        }
        ITransformer model = models.Context.Model.Load(Path.Combine(models["classifier"], "model.zip"), out _);
        IReadOnlyList<PicturePrediction> each = models.Context.MulticlassClassification.ReadPredictions(model.Transform(models.Context.Data.LoadFromEnumerable(crops)), 8);
        var expected = each.SelectMany(one => one.Top).GroupBy(one => one.Name).Select(group => (Name: group.Key, Probability: group.Average(one => one.Probability))).OrderByDescending(one => one.Probability).ToArray();
        Assert.Equal(expected.Select(one => one.Name), top.Select(one => (string?)one!["name"]));
        foreach (((_, double probability), JsonNode? told) in expected.Zip(top)) Assert.Equal(probability, told!["probability"]!.GetValue<double>(), 1e-4);
        foreach (Moon crop in crops) crop.Image!.Dispose();
    }

    [Fact]
    public async Task Similar_pictures_of_a_folder_are_found()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mlnetgen-studio-similar-");
        try
        {
            IReadOnlyList<Picture> moons = TrainedModels.Pictures(models.Context.Images.MoonPhases(12, 32, seed: 8));
            for (int i = 0; i < moons.Count; i++) moons[i].Save(Path.Combine(folder.FullName, i % 2 == 0 ? "a" : "b", $"{i:D2}.png"));
            await using StudioServer server = await StudioServer.StartAsync(new() { ModelsFolder = models.Folder, StylesFolder = null, DataFolders = [folder.FullName] });
            using HttpClient client = new() { BaseAddress = server.Address };
            string data = (string)JsonNode.Parse(await client.GetStringAsync("api/data"))!.AsArray().Single()!["id"]!, id = await client.ModelAsync("classifier");
            using HttpResponseMessage answer = await client.PostPictureAsync($"api/models/{id}/similar?data={data}&count=4", moons[5].ToPng());
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            JsonArray found = JsonNode.Parse(text)!["pictures"]!.AsArray();

            ITransformer model = models.Context.Model.Load(Path.Combine(models["classifier"], "model.zip"), out _);
            IDataView rows = models.Context.Images.LoadFolder(folder.FullName);
            SimilarPictures expected = models.Context.Images.FindSimilar(model.Transform(models.Context.Images.LoadFolder(folder.FullName, ["b/05.png"], null, out _)), model.Transform(rows), 4);
            Assert.Equal("b/05.png", (string?)found[0]!["path"]);
            Assert.Equal(expected.Rows[0].Select(one => one.Path), found.Select(one => (string?)one!["path"]));
            using HttpResponseMessage sheet = await client.GetAsync($"api/data/{data}/thumbnails?rows={string.Join(',', found.Select(one => one!["row"]!.GetValue<int>()).Order())}");
            Assert.Equal(4 * 96, (await sheet.PictureAsync()).Width);

            foreach (string query in (string[])["", "?data=..%2F..", "?data=0123456789ab", $"?data={data}&count=0", $"?data={data}&count=x"])
            {
                using HttpResponseMessage refused = await client.PostPictureAsync($"api/models/{id}/similar{query}", models.Moon);
                await refused.RefusedAsync(HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
            }
            foreach (string list in (string[])["", "-1", "12", "3,2", "1,1", "a", string.Join(',', Enumerable.Range(0, 97)), "99999999999999"])
            {
                using HttpResponseMessage refused = await client.GetAsync($"api/data/{data}/thumbnails?rows={list}");
                await refused.RefusedAsync(HttpStatusCode.BadRequest);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Moon
    {
        [Microsoft.ML.Transforms.Image.ImageType(28, 28)]
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
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

    [Theory]
    [InlineData("vae", 4)]
    [InlineData("gan", 6)]
    [InlineData("vae-classes", 3)]
    public async Task Directions_are_at_right_angles_and_the_first_changes_most(string name, int dimension)
    {
        string id = await Client.ModelAsync(name);
        JsonNode found = await Client.JsonAsync($"api/models/{id}/directions?count={dimension}");
        float[][] directions = [.. found["directions"]!.AsArray().Select(direction => direction!.AsArray().Select(value => value!.GetValue<float>()).ToArray())];
        double[] shares = [.. found["shares"]!.AsArray().Select(share => share!.GetValue<double>())];
        Assert.Equal(dimension, directions.Length);
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j < dimension; j++) Assert.Equal(i == j ? 1 : 0, directions[i].Zip(directions[j], (a, b) => a * b).Sum(), 1e-4);
        }
        Assert.Equal(1, shares.Sum(), 1e-6);
        Assert.Equal(shares.OrderDescending(), shares);
        // Moved along, at other places than those that they were found at.
        Assert.True(await ChangeAsync(directions[0]) > await ChangeAsync(directions[^1]));

        async Task<double> ChangeAsync(float[] direction)
        {
            double all = 0;
            foreach (float[] place in models.Context.Generative.SampleLatent(12, dimension, seed: 99).GetColumn<float[]>("Latent").Select(place => (float[])place.Clone()))
            {
                using HttpResponseMessage answer = await Client.PostAsJsonAsync($"api/models/{id}/decode?columns=2", new { codes = new[] { place, [.. place.Zip(direction, (z, d) => z + (0.5f * d))] } });
                Picture pair = await answer.PictureAsync();
                int half = pair.Width / 2;
                for (int y = 0; y < pair.Height; y++)
                {
                    for (int x = 0; x < half; x++) all += Math.Pow(pair.Pixels[((y * pair.Width) + x) * 3] - pair.Pixels[((y * pair.Width) + x + half) * 3], 2);
                }
            }
            return all;
        }
    }

    [Fact]
    public async Task Codes_become_an_animation()
    {
        string id = await Client.ModelAsync("vae");
        float[][] codes = [[0, 1, 0, -1], [1, 0, 0, 0], [-1, 1, 1, 0]];
        using HttpResponseMessage answer = await Client.PostAsJsonAsync($"api/models/{id}/animation?delay=100", new { codes });
        byte[] gif = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal("image/gif", answer.Content.Headers.ContentType?.MediaType);
        using SkiaSharp.SKCodec codec = SkiaSharp.SKCodec.Create(new MemoryStream(gif));
        Assert.Equal((3, -1), (codec.FrameCount, codec.RepetitionCount));
        Assert.All(codec.FrameInfo, frame => Assert.Equal(100, frame.Duration));
        // Grey pictures keep every pixel: the first frame is the first code's picture, enlarged.
        using HttpResponseMessage decoded = await Client.PostAsJsonAsync($"api/models/{id}/decode", new { codes = codes[..1] });
        Assert.Equal(PictureGrid.Draw([await decoded.PictureAsync()], columns: 1, scale: 6, gap: 0).Pixels, PictureFile.Read(gif, "gif").Pixels);
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

        // By an original of the caller's.
        Picture original = TrainedModels.Pictures(models.Context.Images.MoonPhases(1, 64))[0];
        using HttpContent form = Answers.With(models.Moon, "original", original.ToPng());
        using HttpResponseMessage compared = await Client.PostAsync($"api/models/{id}/enlarge", form);
        Assert.Equal(PictureQuality.PeakSignalToNoise(await compared.PictureAsync(), original), double.Parse(compared.Headers.GetValues("Psnr").Single(), CultureInfo.InvariantCulture), 0.01);
        using HttpContent otherSize = Answers.With(models.Moon, "original", models.Moon);
        using HttpResponseMessage refused = await Client.PostAsync($"api/models/{id}/enlarge", otherSize);
        await refused.RefusedAsync(HttpStatusCode.BadRequest);
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
    public async Task Layers_tell_what_they_read_and_make()
    {
        JsonArray layers = (await Client.JsonAsync($"api/models/{await Client.ModelAsync("style")}/layers"))["networks"]![0]!["summary"]!["layers"]!.AsArray();
        HashSet<string> known = [.. OnnxSummary.Read(Path.Combine(models["style"], "style.onnx")).Inputs.Select(input => input.Name)];
        using Microsoft.ML.OnnxRuntime.SessionOptions options = new();
        using Microsoft.ML.OnnxRuntime.InferenceSession session = new(Path.Combine(models["style"], "style.onnx"), options);
        HashSet<string> made = [.. layers.SelectMany(layer => layer!["outputs"]!.AsArray()).Select(name => (string)name!)];
        Assert.All(session.OutputMetadata.Keys, name => Assert.Contains(name, made));
        // Whoever reads the input, and what it leads to, is the whole network but for what prepares weights and shapes.
        foreach (JsonNode? layer in layers)
        {
            if (layer!["inputs"]!.AsArray().Any(name => known.Contains((string)name!)))
                known.UnionWith(layer["outputs"]!.AsArray().Select(name => (string)name!));
        }
        Assert.All(session.OutputMetadata.Keys, name => Assert.Contains(name, known));
    }

    [Fact]
    public async Task Weights_have_histograms_and_kernels_a_picture()
    {
        string id = await Client.ModelAsync("style");
        JsonNode list = await Client.JsonAsync($"api/models/{id}/weights");
        JsonArray weights = list["weights"]!.AsArray();
        long parameters = OnnxSummary.Read(Path.Combine(models["style"], "style.onnx")).Parameters;
        long Numbers(JsonNode weight) => weight["shape"]!.AsArray().Aggregate(1L, (count, length) => count * length!.GetValue<long>());
        Assert.True(weights.Sum(weight => Numbers(weight!)) >= parameters);
        Assert.All(weights, weight => Assert.Equal(Numbers(weight!), weight!["bins"]!.AsArray().Sum(bin => bin!.GetValue<int>())));

        using FileStream file = File.OpenRead(Path.Combine(models["style"], "style.onnx"));
        OnnxWeights first = OnnxWeights.Read(file).First(one => one.Operator == "Conv" && one.Input == 1);
        JsonNode told = weights.Single(weight => (string?)weight!["name"] == first.Name)!;
        Assert.Equal(first.Values.ToArray().Average(), told["mean"]!.GetValue<double>(), 1e-6);
        Assert.Equal(first.Values.ToArray().Max(), told["maximum"]!.GetValue<double>(), 1e-6);

        using HttpResponseMessage answer = await Client.GetAsync($"api/models/{id}/kernels");
        Picture kernels = await answer.PictureAsync();
        // The red of the first kernel's first number, in units of its largest; it is drawn in blocks, two pixels from the corner.
        float[] kernel = first.Values.Span[..(int)(first.Values.Length / first.Shape[0])].ToArray();
        Assert.Equal(Math.Clamp(Math.Round(127.5 + (127.5 * kernel[0] / kernel.Max(Math.Abs))), 0, 255), kernels.Pixels[((2 * kernels.Width) + 2) * 3]);
        foreach (string path in (string[])["weights?network=1", "weights?network=-1", "kernels?network=7", "weights?network=x"])
        {
            using HttpResponseMessage refused = await Client.GetAsync($"api/models/{id}/{path}");
            await refused.RefusedAsync(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        }
        using HttpResponseMessage noKernels = await Client.GetAsync($"api/models/{await Client.ModelAsync("vae")}/kernels");
        await noKernels.RefusedAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_network_runs_on_a_callers_tensors_and_its_file_is_given()
    {
        string id = await Client.ModelAsync("style"), path = Path.Combine(models["style"], "style.onnx");
        Assert.Equal(File.ReadAllBytes(path), await Client.GetByteArrayAsync($"api/models/{id}/file"));
        float[] picture = [.. Enumerable.Range(0, 3 * 32 * 40).Select(i => (float)(i * 7 % 256))], strength = [1];
        object Tensor(string name, float[] values, params long[] shape) => new { name, type = "float32", shape, data = Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values)) };
        using HttpResponseMessage answer = await Client.PostAsJsonAsync($"api/models/{id}/run", new { tensors = new[] { Tensor("picture", picture, 1, 3, 32, 40), Tensor("strength", strength, 1) } });
        JsonNode output = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["outputs"]!.AsArray().Single()!;
        using Microsoft.ML.OnnxRuntime.InferenceSession session = new(path);
        using var expected = session.Run([
            Microsoft.ML.OnnxRuntime.NamedOnnxValue.CreateFromTensor("picture", new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<float>(picture, [1, 3, 32, 40])),
            Microsoft.ML.OnnxRuntime.NamedOnnxValue.CreateFromTensor("strength", new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<float>(strength, [1])),
        ]);
        float[] values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)output["data"]!)).ToArray();
        Assert.Equal([1, 3, 32, 40], output["shape"]!.AsArray().Select(length => length!.GetValue<int>()));
        foreach ((float value, float wanted) in values.Zip(expected[0].AsTensor<float>())) Assert.Equal(wanted, value, 1e-3);
        // A network of a model.zip, by its number.
        using Microsoft.ML.OnnxRuntime.InferenceSession second = new(await Client.GetByteArrayAsync($"api/models/{await Client.ModelAsync("vae")}/file?network=1"));
        Assert.Contains("Latent", second.InputNames);
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

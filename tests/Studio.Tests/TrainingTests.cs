using System.Net;
using System.Text.Json.Nodes;
using MLNetGen.Studio;

namespace MLNetGen.Tests;

/// <summary>Trainings that the page begins, by the program itself.</summary>
[Collection(StudioTests.Name)]
public class TrainingTests(StudioProgram program) : IClassFixture<StudioProgram>
{
    private const string Quick = "network=mlp&latent-dim=2&batch-size=8&threads=1&seed=5";

    private HttpClient Client => program.Client;

    [Fact]
    public async Task A_training_is_paused_goes_on_and_is_finished()
    {
        string data = await DataAsync();
        JsonNode begun = await PostAsync($"api/trainings/vae?data={data}&epochs=100000&{Quick}");
        string id = (string)begun["id"]!, run = Path.Combine(program.Models, (string)begun["name"]!);
        Assert.Equal("running", (string?)begun["state"]);
        await UntilAsync(async () => await EpochsAsync(id) >= 2);
        // One at a time.
        using HttpResponseMessage second = await Client.PostAsync($"api/trainings/vae?{Quick}", null);
        Assert.Equal("training", (string?)(await second.RefusedAsync(HttpStatusCode.Conflict))["code"]);
        using HttpResponseMessage early = await Client.PostAsync($"api/runs/{id}/resume", null);
        await early.RefusedAsync(HttpStatusCode.Conflict);

        Assert.Equal("stopping", (string?)(await PostAsync($"api/trainings/{id}/stop?pause=true"))["state"]);
        await UntilAsync(async () => await StateAsync(id) == "paused");
        int before = await EpochsAsync(id);
        Assert.True(File.Exists(Path.Combine(run, "model.zip")));
        Assert.True((await RunAsync(id))!["canResume"]!.GetValue<bool>());

        await PostAsync($"api/runs/{id}/resume");
        await UntilAsync(async () => await EpochsAsync(id) > before);
        await PostAsync($"api/trainings/{id}/stop");
        await UntilAsync(async () => await StateAsync(id) == "stopped");
        Assert.True(await EpochsAsync(id) > before);

        // The next one has a folder of its own, and ends by itself.
        JsonNode short_ = await PostAsync($"api/trainings/vae?data={data}&epochs=2&{Quick}");
        Assert.Equal("vae-2", (string?)short_["name"]);
        await UntilAsync(async () => await StateAsync((string)short_["id"]!) == "finished");
        Assert.Equal(2, await EpochsAsync((string)short_["id"]!));
        Assert.False((await RunAsync((string)short_["id"]!))!["canResume"]!.GetValue<bool>());
        Assert.Contains("--latent-dim", File.ReadAllText(Path.Combine(program.Models, "vae-2", "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forms_are_the_commands_options_but_for_paths()
    {
        JsonArray forms = (await Client.JsonAsync("api/trainings"))["forms"]!.AsArray();
        Assert.Equal(["alexnet", "classifier", "gan", "style", "super-resolution", "vae"], forms.Select(form => (string)form!["family"]!).Order(StringComparer.Ordinal));
        string[] fields = [.. forms.SelectMany(form => form!["fields"]!.AsArray()).Select(field => (string)field!["name"]!)];
        Assert.Contains("epochs", fields);
        foreach (string path in (string[])["out", "data", "content", "style", "config", "test", "test-image", "weights", "backbone", "resume", "overwrite"]) Assert.DoesNotContain(path, fields);
        JsonNode network = forms.Single(form => (string?)form!["family"] == "vae")!["fields"]!.AsArray().Single(field => (string?)field!["name"] == "network")!;
        Assert.Equal(["convolutional", "mlp"], network["choices"]!.AsArray().Select(choice => (string)choice!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("..%2F..", "")]
    [InlineData("vae", "out=/tmp/escaped")]
    [InlineData("vae", "config=/etc/passwd")]
    [InlineData("vae", "data=/etc")]
    [InlineData("vae", "data=../../etc")]
    [InlineData("vae", "epochs=many")]
    [InlineData("vae", "epochs=1 --out /tmp/escaped")]
    [InlineData("vae", "epochs=1&epochs=2")]
    [InlineData("vae", "network=other")]
    [InlineData("vae", "network=mlp --out /tmp/escaped")]
    [InlineData("vae", "autoencoder=yes")]
    [InlineData("vae", "capacity=1&free-bits=1")]
    [InlineData("vae", "epochs=NaN")]
    [InlineData("vae", "epochs=1.5")]
    [InlineData("gan", "")]
    [InlineData("style", "")]
    public async Task What_the_form_does_not_have_is_refused(string family, string query)
    {
        using HttpResponseMessage answer = await Client.PostAsync($"api/trainings/{family}?{query}", null);
        await answer.RefusedAsync(HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
        Assert.False(Directory.Exists("/tmp/escaped"));
        Assert.DoesNotContain((await Client.JsonAsync("api/trainings"))["trainings"]!.AsArray(), one => (string?)one!["state"] == "running");
    }

    [Fact]
    public async Task Nobody_else_begins_or_stops_a_training()
    {
        foreach (string path in (string[])[$"api/trainings/vae?{Quick}", "api/trainings/0123456789ab/stop", "api/runs/0123456789ab/resume"])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, path);
            request.Headers.TryAddWithoutValidation("Origin", "https://evil.example");
            using HttpResponseMessage foreign = await Client.SendAsync(request);
            await foreign.RefusedAsync(HttpStatusCode.Forbidden);
            using HttpResponseMessage got = await Client.GetAsync(path);
            Assert.NotEqual(HttpStatusCode.OK, got.StatusCode);
        }
        foreach (string path in (string[])["api/trainings/0123456789ab/stop", "api/trainings/..%2Fvae/stop", "api/runs/0123456789ab/resume", "api/runs/..%2Fvae/resume"])
        {
            using HttpResponseMessage unknown = await Client.PostAsync(path, null);
            await unknown.RefusedAsync(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        }
        using ByteArrayContent picture = new([1, 2, 3]);
        using HttpResponseMessage noPicture = await Client.PostAsync($"api/trainings/style?data={await DataAsync()}", picture);
        await noPicture.RefusedAsync(HttpStatusCode.BadRequest);
        using ByteArrayContent large = new(new byte[80 << 20]);
        HttpResponseMessage? tooLarge = null;
        try
        {
            tooLarge = await Client.PostAsync($"api/trainings/style?data={await DataAsync()}", large);
        }
        catch (HttpRequestException)
        {
            // It was refused while it was sent.
        }
        if (tooLarge is not null)
            await tooLarge.RefusedAsync(HttpStatusCode.RequestEntityTooLarge);
        tooLarge?.Dispose();
    }

    [Fact]
    public async Task Without_the_program_nothing_is_trained()
    {
        await using StudioServer server = await StudioServer.StartAsync(new() { ModelsFolder = program.Models, StylesFolder = null });
        using HttpClient client = new() { BaseAddress = server.Address };
        Assert.Empty((await client.JsonAsync("api/trainings"))["forms"]!.AsArray());
        using HttpResponseMessage refused = await client.PostAsync("api/trainings/vae", null);
        await refused.RefusedAsync(HttpStatusCode.NotFound);
    }

    private async Task<string> DataAsync() => (string)(await Client.JsonAsync("api/trainings"))["data"]!.AsArray().Single()!["id"]!;

    private async Task<JsonNode> PostAsync(string path)
    {
        using HttpResponseMessage answer = await Client.PostAsync(path, null);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<JsonNode?> RunAsync(string id) => JsonNode.Parse(await Client.GetStringAsync("api/runs"))!.AsArray().FirstOrDefault(run => (string?)run!["id"] == id);

    private async Task<int> EpochsAsync(string id) => (await RunAsync(id))?["epochs"]!.GetValue<int>() ?? 0;

    private async Task<string> StateAsync(string id) => (string)(await Client.JsonAsync("api/trainings"))["trainings"]!.AsArray().First(one => (string?)one!["id"] == id)!["state"]!;

    // A training that ends badly tells why; one that never ends is the run's to time out.
    private async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (int i = 0; i < 600 && !await isSo(); i++)
        {
            JsonArray trainings = (await Client.JsonAsync("api/trainings"))["trainings"]!.AsArray();
            Assert.True(trainings.All(one => (string?)one!["state"] != "failed"), trainings.ToJsonString());
            await Task.Delay(200);
        }
        Assert.True(await isSo());
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Studio;

namespace MLNetGen.Tests;

/// <summary>Folders of pictures as the page shows them before they are trained on.</summary>
[Collection(StudioTests.Name)]
public class DataTests(StudioProgram program) : IClassFixture<StudioProgram>
{
    private HttpClient Client => program.Client;

    [Fact]
    public async Task A_folder_has_classes_and_files_that_are_amiss()
    {
        JsonNode about = await Client.JsonAsync($"api/data/{await IdAsync()}");
        Assert.Equal(["early 12", "late 8"], about["classes"]!.AsArray().Select(one => $"{one!["name"]} {one["count"]}"));
        Assert.Equal(20, about["pictures"]!.GetValue<int>());
        Assert.Equal("late/broken.png", (string?)about["unreadable"]!["first"]!.AsArray().Single()!["path"]);
        Assert.Equal("notes.txt", (string?)about["unused"]!["first"]!.AsArray().Single()!["path"]);
        JsonNode same = about["duplicates"]!["first"]!.AsArray().Single()!;
        Assert.Equal(["early/moon00.png", "late/moon19.png"], same["paths"]!.AsArray().Select(path => (string)path!));
        Assert.True(same["inSeveralClasses"]!.GetValue<bool>());
        Assert.DoesNotContain(program.Pictures, about.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_comes_later_is_seen()
    {
        string id = await IdAsync(), file = Path.Combine(program.Pictures, "late", "zlater.png");
        Assert.Equal(20, (await Client.JsonAsync($"api/data/{id}"))["pictures"]!.GetValue<int>());
        File.Copy(Path.Combine(program.Pictures, "late", "moon15.png"), file);
        try
        {
            JsonNode about = await Client.JsonAsync($"api/data/{id}");
            // A folder that took long to walk through is left alone for a while.
            for (int i = 0; i < 100 && about["pictures"]!.GetValue<int>() == 20; i++)
            {
                await Task.Delay(100);
                about = await Client.JsonAsync($"api/data/{id}");
            }
            Assert.Equal((21, 2), (about["pictures"]!.GetValue<int>(), about["duplicates"]!["count"]!.GetValue<int>()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Whoever_waits_is_served_when_the_first_to_ask_has_gone()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mlnetgen-studio-data-");
        try
        {
            byte[] moon = File.ReadAllBytes(Path.Combine(program.Pictures, "early", "moon00.png"));
            for (int i = 0; i < 400; i++) File.WriteAllBytes(Path.Combine(folder.CreateSubdirectory($"{i % 2}").FullName, $"{i}.png"), moon);
            await using StudioServer server = await StudioServer.StartAsync(new() { ModelsFolder = program.Models, DataFolders = [folder.FullName] });
            using HttpClient client = new() { BaseAddress = server.Address };
            string id = (string)(await client.JsonAsync("api/data")).AsArray().Single()!["id"]!;
            for (int round = 0; round < 6; round++)
            {
                // Changed, and looked through again.
                File.WriteAllBytes(Path.Combine(folder.FullName, "0", $"more{round}.png"), moon);
                using CancellationTokenSource gone = new();
                Task<HttpResponseMessage> first = client.GetAsync($"api/data/{id}", gone.Token);
                await Task.Delay(4 * round);
                Task<HttpResponseMessage> second = client.GetAsync($"api/data/{id}");
                await Task.Delay(4 * round);
                await gone.CancelAsync();
                using HttpResponseMessage answer = await second;
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                await ((Task)first).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_split_is_the_trainings()
    {
        MLContext context = new(seed: 1);
        (IDataView train, IDataView test) = context.Data.StratifiedTrainTestSplit(context.Images.LoadFolder(program.Pictures), 0.1, "Label", seed: 4);
        int Count(IDataView rows, string label) => rows.GetColumn<ReadOnlyMemory<char>>("Label").Count(one => one.ToString() == label);
        JsonNode split = await Client.JsonAsync($"api/data/{await IdAsync()}/split?seed=4");
        Assert.Equal(
            [$"early {Count(train, "early")} {Count(test, "early")}", $"late {Count(train, "late")} {Count(test, "late")}"],
            split["classes"]!.AsArray().Select(one => $"{one!["name"]} {one["train"]} {one["test"]}"));
        // The picture that is there twice is the first row and the last.
        JsonNode first = await Client.JsonAsync($"api/data/{await IdAsync()}/split?first=12");
        Assert.Equal((12, 8, 1), (first["train"]!.GetValue<int>(), first["test"]!.GetValue<int>(), first["onBothSides"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Pictures_are_shown_small()
    {
        string id = await IdAsync();
        JsonNode page = await Client.JsonAsync($"api/data/{id}/pictures?label=late&from=1&count=2");
        Assert.Equal(8, page["count"]!.GetValue<int>());
        Assert.Equal(["late/moon13.png", "late/moon14.png"], page["pictures"]!.AsArray().Select(one => (string)one!["path"]!));
        using HttpResponseMessage answer = await Client.GetAsync($"api/data/{id}/thumbnails?label=late&from=1&count=2");
        Picture sheet = await answer.PictureAsync();
        Picture second = PictureResize.To(PictureFile.Read(Path.Combine(program.Pictures, "late", "moon14.png")), 96, 96);
        Assert.Equal((192, 96), (sheet.Width, sheet.Height));
        for (int y = 0; y < 96; y += 7)
        {
            for (int x = 0; x < 96; x += 7)
                Assert.Equal(second.Pixels[((y * 96) + x) * second.Channels], sheet.Pixels[((y * 192) + 96 + x) * 3]);
        }
    }

    [Fact]
    public async Task No_other_folder_is_looked_into()
    {
        string id = await IdAsync();
        foreach (string path in (string[])["api/data/..%2F..", "api/data/%2Fetc", "api/data/0123456789ab", "api/data/0123456789ab/split", "api/data/%2Ftmp/pictures", "api/data/0123456789ab/thumbnails", $"api/data/{id}/thumbnails?label=..%2F.."])
        {
            using HttpResponseMessage answer = await Client.GetAsync(path);
            await answer.RefusedAsync(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        }
        foreach (string query in (string[])["pictures?count=0", "pictures?count=100000", "pictures?from=-1", "pictures?from=x", "thumbnails?count=97", "split?first=0", "split?first=20", "split?seed=x"])
        {
            using HttpResponseMessage answer = await Client.GetAsync($"api/data/{id}/{query}");
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
        }
        using HttpRequestMessage request = new(HttpMethod.Get, $"api/data/{id}");
        request.Headers.TryAddWithoutValidation("Origin", "https://evil.example");
        using HttpResponseMessage foreign = await Client.SendAsync(request);
        await foreign.RefusedAsync(HttpStatusCode.Forbidden);
    }

    private async Task<string> IdAsync() => (string)JsonNode.Parse(await Client.GetStringAsync("api/data"))!.AsArray().Single()!["id"]!;
}

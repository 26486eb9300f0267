using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MLNetGen.Tests;

/// <summary>Calls of the studio's as programs make them.</summary>
internal static class Answers
{
    public static async Task<JsonNode> JsonAsync(this HttpClient client, string path) => (await client.GetFromJsonAsync<JsonNode>(path))!;

    /// <summary>The identifier of a model by its name.</summary>
    public static async Task<string> ModelAsync(this HttpClient client, string name) =>
        (await client.JsonAsync("api/models"))["models"]!.AsArray().Single(model => (string?)model!["name"] == name)!["id"]!.GetValue<string>();

    public static Task<HttpResponseMessage> PostPictureAsync(this HttpClient client, string path, byte[] picture, string type = "image/png")
    {
        ByteArrayContent body = new(picture);
        body.Headers.ContentType = new MediaTypeHeaderValue(type);
        return client.PostAsync(path, body);
    }

    public static MultipartFormDataContent Form(params (string Name, byte[] Bytes)[] files)
    {
        MultipartFormDataContent form = [];
        foreach ((string name, byte[] bytes) in files) form.Add(new ByteArrayContent(bytes), "picture", name);
        return form;
    }

    public static async Task<Picture> PictureAsync(this HttpResponseMessage answer)
    {
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        return PictureFile.Read(await answer.Content.ReadAsByteArrayAsync(), "answer");
    }

    /// <summary>Holds a refusal against RFC 7807: the status, and a sentence.</summary>
    public static async Task<JsonNode> RefusedAsync(this HttpResponseMessage answer, params HttpStatusCode[] statuses)
    {
        Assert.Contains(answer.StatusCode, statuses);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonNode problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((int)answer.StatusCode, problem["status"]!.GetValue<int>());
        Assert.True(problem["detail"]!.GetValue<string>().Length > 20);
        Assert.NotNull(problem["code"]);
        return problem;
    }
}

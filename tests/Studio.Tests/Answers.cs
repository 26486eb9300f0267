using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
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

    /// <summary>A picture, and another by a part's name.</summary>
    public static HttpContent With(byte[] picture, string part, byte[] other) => new MultipartFormDataContent { { new ByteArrayContent(picture), "picture", "picture.png" }, { new ByteArrayContent(other), part, $"{part}.png" } };

    /// <summary>A form as no well-meaning client writes one: names go in as they are.</summary>
    public static HttpContent Form(params (string Name, byte[] Bytes)[] files)
    {
        const string Boundary = "between";
        ByteArrayContent form = new([.. files.SelectMany(file => (byte[])
            [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"{file.Name}\"\r\n\r\n"), .. file.Bytes, .. "\r\n"u8]), .. Encoding.UTF8.GetBytes($"--{Boundary}--\r\n")]);
        form.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={Boundary}");
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

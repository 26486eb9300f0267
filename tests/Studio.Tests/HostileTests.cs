using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using MLNetGen.Studio;

namespace MLNetGen.Tests;

[Collection(StudioTests.Name)]
public class HostileTests(TrainedModels models)
{
    private HttpClient Client => models.Client;

    public static TheoryData<string, byte[]> BadPictures => new()
    {
        { "a header of 50,000×50,000", Png(50_000, 50_000, [0]) },
        { "2,000,000,000 pixels wide", Png(2_000_000_000, 1, [0]) },
        { "no pixels", Png(0, 0, [0]) },
        { "a decompression bomb: 100 MB of zeros for 16 pixels", Png(4, 4, new byte[100_000_000])[..200] },
        { "SVG", Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>") },
        { "a page", Encoding.UTF8.GetBytes("<!doctype html><script>alert(1)</script>") },
        { "GIF and JavaScript", Encoding.UTF8.GetBytes("GIF89a=1;/*\0\0\0\0*/alert(1)") },
        { "a JPEG's beginning and a zip", [0xFF, 0xD8, 0xFF, .. "PK\x03\x04"u8, .. new byte[64]] },
        { "a zip", "PK\x03\x04 and so on, and so on"u8.ToArray() },
        { "a program", [0x7F, .. "ELF"u8, .. new byte[64]] },
        { "nothing", [] },
    };

    [Theory]
    [MemberData(nameof(BadPictures))]
    public async Task What_is_no_picture_is_refused(string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        foreach (string call in (string[])[$"{await Client.ModelAsync("style")}/paint", $"{await Client.ModelAsync("sharp")}/enlarge", $"{await Client.ModelAsync("classifier")}/classify", $"{await Client.ModelAsync("vae")}/codes"])
        {
            using HttpResponseMessage plain = await Client.PostPictureAsync($"api/models/{call}", bytes);
            await plain.RefusedAsync(HttpStatusCode.BadRequest);
            using HttpContent form = Answers.Form(("picture.png", bytes));
            using HttpResponseMessage formed = await Client.PostAsync($"api/models/{call}", form);
            await formed.RefusedAsync(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task What_is_a_picture_and_more_gives_the_picture_alone()
    {
        // A picture, and a page after its end: whatever else the file is, what goes back was drawn anew.
        byte[] polyglot = [.. models.Moon, .. "<script>alert(1)</script>"u8];
        using HttpResponseMessage answer = await Client.PostPictureAsync($"api/models/{await Client.ModelAsync("style")}/paint", polyglot, "text/html");
        byte[] painted = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(-1, painted.AsSpan().IndexOf("script"u8));
    }

    [Fact]
    public async Task A_bomb_of_one_colour_costs_its_pixels_alone()
    {
        // 100 MB of zeros behind a header of 32×32: what is beyond the last row is never unpacked.
        byte[] bomb = Png(32, 32, new byte[100_000_000]);
        Assert.True(bomb.Length < 200_000);
        long before = GC.GetTotalAllocatedBytes();
        using HttpResponseMessage answer = await Client.PostPictureAsync($"api/models/{await Client.ModelAsync("style")}/paint", bomb);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 50_000_000);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        await using StudioServer small = await StudioServer.StartAsync(new() { ModelsFolder = models.Folder, MaximumUploadBytes = 1000, MaximumPixels = 100, MaximumPictures = 2 });
        using HttpClient client = new() { BaseAddress = small.Address };
        string paint = $"api/models/{await client.ModelAsync("style")}/paint", classify = $"api/models/{await client.ModelAsync("classifier")}/classify";
        using HttpResponseMessage bytes = await client.PostPictureAsync(paint, new byte[2000]);
        await bytes.RefusedAsync(HttpStatusCode.RequestEntityTooLarge);
        using HttpResponseMessage pixels = await client.PostPictureAsync(paint, Png(11, 10, [0]));
        Assert.Contains("11×10", (string?)(await pixels.RefusedAsync(HttpStatusCode.BadRequest))["detail"], StringComparison.Ordinal);
        using HttpContent three = Answers.Form(("a", [1]), ("b", [2]), ("c", [3]));
        using HttpResponseMessage many = await client.PostAsync(classify, three);
        await many.RefusedAsync(HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("..%5C..%5Cwindows")]
    [InlineData("style.onnx")]
    [InlineData("%2Fetc%2Fpasswd")]
    [InlineData("0123456789ab")]
    public async Task No_path_is_taken_for_a_model(string id)
    {
        using HttpResponseMessage layers = await Client.GetAsync(new Uri(models.Server.Address, $"api/models/{id}/layers"));
        await layers.RefusedAsync(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        using HttpResponseMessage run = await Client.GetAsync($"api/runs/{id}/pictures/0");
        await run.RefusedAsync(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        using HttpResponseMessage file = await Client.GetAsync(id);
        await file.RefusedAsync(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_nul_in_an_address_ends_at_the_door()
    {
        using HttpResponseMessage answer = await Client.GetAsync("api/models/style%00.onnx/layers");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Nothing_is_written()
    {
        Dictionary<string, DateTime> Files() => Directory.EnumerateFiles(models.Folder, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        Dictionary<string, DateTime> before = Files();
        using HttpContent form = Answers.Form(("../escaped.png", models.Moon), ("/tmp/escaped.png", models.Moon), ("a\0b.png", models.Moon), (new string('x', 5000), models.Moon));
        using HttpResponseMessage answer = await Client.PostAsync($"api/models/{await Client.ModelAsync("classifier")}/classify", form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(before, Files());
        Assert.False(File.Exists("/tmp/escaped.png"));
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "127.0.0.1.evil.example")]
    [InlineData("Host", "192.168.1.1")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_foreign_page_is_refused(string header, string value)
    {
        foreach (string path in (string[])["", "api/models", "api/openapi.json", "studio.js", "nowhere"])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation(header, value);
            using HttpResponseMessage answer = await Client.SendAsync(request);
            await answer.RefusedAsync(HttpStatusCode.Forbidden);
        }
        using HttpRequestMessage posted = new(HttpMethod.Post, $"api/models/{await Client.ModelAsync("style")}/paint") { Content = new ByteArrayContent(models.Moon) };
        posted.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage refused = await Client.SendAsync(posted);
        await refused.RefusedAsync(HttpStatusCode.Forbidden);
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Beyond_loopback_a_token_is_needed()
    {
        await using StudioServer open = await StudioServer.StartAsync(new() { ModelsFolder = models.Folder, Address = IPAddress.Any });
        Uri here = new($"http://127.0.0.1:{open.Address.Port}/");
        string token = open.Address.Query["?token=".Length..];
        Assert.Equal(32, token.Length);
        using HttpClient stranger = new() { BaseAddress = here };
        foreach (string path in (string[])["", "api/models", "?token=0123", $"api/models?token={token}", "studio.js"])
        {
            using HttpResponseMessage refused = await stranger.GetAsync(path);
            await refused.RefusedAsync(HttpStatusCode.Unauthorized);
        }
        using HttpClient owner = new() { BaseAddress = here };
        using HttpResponseMessage page = await owner.GetAsync($"?token={token}");
        Assert.Equal("/", page.RequestMessage!.RequestUri!.PathAndQuery);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        using HttpRequestMessage program = new(HttpMethod.Get, "api/models");
        program.Headers.Authorization = new("Bearer", token);
        using HttpResponseMessage list = await stranger.SendAsync(program);
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        using HttpRequestMessage rebound = new(HttpMethod.Get, "api/models");
        rebound.Headers.Host = "evil.example";
        using HttpResponseMessage foreign = await owner.SendAsync(rebound);
        await foreign.RefusedAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Five_hundred_requests_at_once_are_answered_or_refused()
    {
        await using StudioServer server = await StudioServer.StartAsync(new() { ModelsFolder = models.Folder, RequestsAtOnce = 100 });
        using HttpClient client = new() { BaseAddress = server.Address };
        string id = await client.ModelAsync("style");
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => client.PostPictureAsync($"api/models/{id}/paint", models.Moon)));
        foreach (HttpResponseMessage refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
            Assert.Equal("busy", (string?)(await refused.RefusedAsync(HttpStatusCode.TooManyRequests))["code"]);
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), 1, 450);
        await Task.Delay(TimeSpan.FromSeconds(1));
        using HttpResponseMessage after = await client.PostPictureAsync($"api/models/{id}/paint", models.Moon);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        foreach (HttpResponseMessage answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task Odd_requests_are_refused()
    {
        string id = await Client.ModelAsync("vae"), style = await Client.ModelAsync("style");
        foreach (string path in (string[])[$"{id}/codes?count=0", $"{id}/codes?count=100000", $"{id}/codes?count=x", $"{id}/codes?truncation=-1", $"{style}/latent"])
        {
            using HttpResponseMessage answer = await Client.GetAsync($"api/models/{path}");
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
        }
        foreach (object codes in (object[])[new { }, new { codes = Array.Empty<float[]>() }, new { codes = new[] { new float[] { 1 } } }, new { codes = new float[]?[] { null } }, new { codes = Enumerable.Repeat(new float[4], 257) }, new { codes = new[] { new object[] { "NaN", 0, 0, 0 } } }, "x"])
        {
            using HttpResponseMessage answer = await Client.PostAsJsonAsync($"api/models/{id}/decode", codes);
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
        }
        foreach (string query in (string[])["strength=2", "strength=NaN", "colors=7", "colors=red", "style=none"])
        {
            using HttpResponseMessage answer = await Client.PostPictureAsync($"api/models/{style}/paint?{query}", models.Moon);
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
        }
        using HttpRequestMessage deleted = new(HttpMethod.Delete, "api/models");
        using HttpResponseMessage method = await Client.SendAsync(deleted);
        await method.RefusedAsync(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Every_answer_is_guarded()
    {
        foreach (string path in (string[])["", "studio.js", "studio.css", "api/models", "api/nothing"])
        {
            using HttpResponseMessage answer = await Client.GetAsync(path);
            string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    // A grey picture of 8 bits with any header and any data, its checksums right.
    private static byte[] Png(uint width, uint height, byte[] data)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, width);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write(data);
        return [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }
}

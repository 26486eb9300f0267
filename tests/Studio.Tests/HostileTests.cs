using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
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
        { "a JPEG's header of 65,500×65,500", [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0xFF, 0xDC, 0xFF, 0xDC, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0, 0xFF, 0xD9] },
        { "a JPEG's header without an end", [0xFF, 0xD8, .. Enumerable.Repeat((byte)0xFF, 100_000)] },
        { "a GIF's header of 65,535×65,535", [.. "GIF89a"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 2, 2, 0x44, 1, 0, 0x3B] },
        { "a BMP's header of 2,147,483,647×-2,147,483,648", Bmp(int.MaxValue, int.MinValue, 24, 0) },
        { "a BMP's header of no bits a pixel", Bmp(30_000, 30_000, 0, 0) },
        { "a BMP's header of 60,000×60,000 in run lengths", Bmp(60_000, 60_000, 8, 1) },
        { "a WebP's header of 16,777,216×16,777,216", [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "a WebP's lossless header of 16,384×16,384", [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8L"u8, 10, 0, 0, 0, 0x2F, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0, 0] },
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

    [Theory]
    [MemberData(nameof(BadPictures))]
    public async Task What_is_no_picture_is_no_mask_and_no_original(string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        foreach ((string part, string call) in ((string, string)[])[("mask", $"{await Client.ModelAsync("style")}/paint"), ("original", $"{await Client.ModelAsync("sharp")}/enlarge")])
        {
            using HttpContent form = Answers.With(models.Moon, part, bytes);
            using HttpResponseMessage answer = await Client.PostAsync($"api/models/{call}", form);
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
            using MultipartFormDataContent several = new() { { new ByteArrayContent(models.Moon), "picture", "a" }, { new ByteArrayContent(models.Moon), part, "b" }, { new ByteArrayContent(models.Moon), part, "c" } };
            using HttpResponseMessage many = await Client.PostAsync($"api/models/{call}", several);
            await many.RefusedAsync(HttpStatusCode.BadRequest);
            using MultipartFormDataContent alone = new() { { new ByteArrayContent(models.Moon), part, "a" } };
            using HttpResponseMessage none = await Client.PostAsync($"api/models/{call}", alone);
            await none.RefusedAsync(HttpStatusCode.BadRequest);
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
        foreach (string call in (string[])["weights", "kernels", "file"])
        {
            using HttpResponseMessage answer = await Client.GetAsync(new Uri(models.Server.Address, $"api/models/{id}/{call}"));
            await answer.RefusedAsync(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        }
        using HttpResponseMessage run = await Client.GetAsync($"api/runs/{id}/pictures/0");
        await run.RefusedAsync(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        using HttpResponseMessage file = await Client.GetAsync(id);
        await file.RefusedAsync(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_nul_in_an_address_ends_at_the_door()
    {
        foreach (string path in (string[])["api/models/style%00.onnx/layers", "%00", "studio.js%00", "api/data/%00"])
        {
            using HttpResponseMessage answer = await Client.GetAsync(path);
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
        }
    }

    public static TheoryData<string, string, HttpStatusCode> NoRequests => new()
    {
        { "no HTTP", "HELLO\r\n\r\n", HttpStatusCode.BadRequest },
        { "a broken escape", "GET /%0 HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n", HttpStatusCode.BadRequest },
        { "no host", "GET / HTTP/1.1\r\n\r\n", HttpStatusCode.BadRequest },
        { "two hosts", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", HttpStatusCode.BadRequest },
        { "an absolute address of another host", "GET http://evil.example/api/models HTTP/1.1\r\nHost: localhost\r\n\r\n", HttpStatusCode.BadRequest },
        { "two lengths", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", HttpStatusCode.BadRequest },
        { "a flood of headers", $"GET / HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 150).Select(i => $"X-{i}: {i}\r\n"))}\r\n", HttpStatusCode.RequestHeaderFieldsTooLarge },
        { "a huge header", $"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('x', 40_000)}\r\n\r\n", HttpStatusCode.RequestHeaderFieldsTooLarge },
        { "a huge address", $"GET /{new string('x', 10_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n", HttpStatusCode.RequestUriTooLong },
    };

    [Theory]
    [MemberData(nameof(NoRequests))]
    public async Task What_is_no_request_is_told_so(string what, string text, HttpStatusCode status)
    {
        Assert.NotEmpty(what);
        using HttpResponseMessage answer = await RawRequests.SendAsync(models.Server.Address, text);
        await answer.RefusedAsync(status);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_upload_gives_its_turn_up()
    {
        await using StudioServer server = await StudioServer.StartAsync(new() { ModelsFolder = models.Folder, MaximumUploadTime = TimeSpan.FromSeconds(2) });
        using HttpClient client = new() { BaseAddress = server.Address };
        string style = await client.ModelAsync("style"), vae = await client.ModelAsync("vae");
        // As many as are worked on at once, each twice as fast as the slowest that is taken at all; pictures, and codes.
        Task<HttpResponseMessage>[] slow = [.. ((string[])[$"{style}/paint", $"{vae}/decode"]).Select(call => RawRequests.SendAsync(
            server.Address, $"POST /api/models/{call} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n", [.. Enumerable.Repeat((byte)' ', 1600)]))];
        using HttpResponseMessage meanwhile = await client.PostPictureAsync($"api/models/{style}/paint", models.Moon);
        Assert.Equal(HttpStatusCode.OK, meanwhile.StatusCode);
        foreach (Task<HttpResponseMessage> one in slow)
        {
            using HttpResponseMessage refused = await one;
            await refused.RefusedAsync(HttpStatusCode.RequestTimeout);
        }
    }

    [Fact]
    public async Task Large_pictures_are_worked_on_one_at_a_time_and_small_ones_meanwhile()
    {
        await using StudioServer server = await StudioServer.StartAsync(new() { ModelsFolder = models.Folder, LargePixels = 500_000 });
        using HttpClient client = new() { BaseAddress = server.Address };
        string paint = $"api/models/{await client.ModelAsync("style")}/paint", classify = $"api/models/{await client.ModelAsync("classifier")}/classify", codes = $"api/models/{await client.ModelAsync("vae")}/codes";
        // A file of a kilobyte or so.
        byte[] large = new Picture(1000, 1000, 1, new byte[1_000_000]).ToPng();
        Assert.True(large.Length < 20_000);
        Task<HttpResponseMessage>[] several = [.. Enumerable.Range(0, 4).Select(_ => client.PostPictureAsync(paint, large))];
        using HttpResponseMessage small = await client.PostPictureAsync(paint, models.Moon);
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        HttpResponseMessage[] answers = await Task.WhenAll(several);
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        HttpResponseMessage refused = Assert.Single(answers.Where(answer => answer.StatusCode != HttpStatusCode.OK).Take(1));
        Assert.Equal("busy", (string?)(await refused.RefusedAsync(HttpStatusCode.TooManyRequests))["code"]);
        foreach (string call in (string[])[classify, codes])
        {
            using HttpContent form = Answers.Form(("a", large), ("b", large));
            using HttpResponseMessage together = await client.PostAsync(call, form);
            Assert.Equal(HttpStatusCode.OK, together.StatusCode);
        }
    }

    [Fact]
    public async Task One_client_leaves_streams_for_others()
    {
        await using StudioServer server = await StudioServer.StartAsync(new() { ModelsFolder = models.Folder });
        using HttpClient client = new() { BaseAddress = server.Address }, other = new(From(IPAddress.Parse("127.0.0.2"))) { BaseAddress = server.Address };
        HttpResponseMessage[] streams = await Task.WhenAll(Enumerable.Range(0, 70).Select(_ => client.GetAsync("api/changes", HttpCompletionOption.ResponseHeadersRead)));
        Assert.InRange(streams.Count(answer => answer.StatusCode == HttpStatusCode.OK), 1, 40);
        using HttpResponseMessage theirs = await other.GetAsync("api/changes", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, theirs.StatusCode);
        foreach (HttpResponseMessage one in streams) one.Dispose();
    }

    // A client at another of loopback's addresses.
    private static SocketsHttpHandler From(IPAddress address) => new()
    {
        ConnectCallback = async (context, cancel) =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

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
        foreach (string path in (string[])[$"{id}/codes?count=0", $"{id}/codes?count=100000", $"{id}/codes?count=x", $"{id}/codes?truncation=-1", $"{id}/directions?count=0", $"{id}/directions?class=1", $"{style}/directions", $"{style}/latent"])
        {
            using HttpResponseMessage answer = await Client.GetAsync($"api/models/{path}");
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
        }
        foreach (object codes in (object[])[new { }, new { codes = Array.Empty<float[]>() }, new { codes = new[] { new float[] { 1 } } }, new { codes = new float[]?[] { null } }, new { codes = Enumerable.Repeat(new float[4], 257) }, new { codes = new[] { new object[] { "NaN", 0, 0, 0 } } }, "x"])
        {
            using HttpResponseMessage answer = await Client.PostAsJsonAsync($"api/models/{id}/decode", codes);
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
            using HttpResponseMessage animation = await Client.PostAsJsonAsync($"api/models/{id}/animation", codes);
            await animation.RefusedAsync(HttpStatusCode.BadRequest);
        }
        using HttpResponseMessage still = await Client.PostAsJsonAsync($"api/models/{id}/animation?delay=-5", new { codes = new[] { new float[4] } });
        await still.RefusedAsync(HttpStatusCode.BadRequest);
        foreach (string query in (string[])["strength=2", "strength=NaN", "colors=7", "colors=red", "style=none"])
        {
            using HttpResponseMessage answer = await Client.PostPictureAsync($"api/models/{style}/paint?{query}", models.Moon);
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
        }
        using HttpRequestMessage deleted = new(HttpMethod.Delete, "api/models");
        using HttpResponseMessage method = await Client.SendAsync(deleted);
        await method.RefusedAsync(HttpStatusCode.MethodNotAllowed);
        Assert.Equal(["GET", "POST"], method.Content.Headers.Allow);
    }

    [Fact]
    public async Task Odd_tensors_are_refused()
    {
        string id = await Client.ModelAsync("style");
        string bytes = Convert.ToBase64String(new byte[4 * 3 * 4 * 4]);
        object Picture(object? shape, object? data = null, object? type = null, string name = "picture") => new { name, type = type ?? "float32", shape, data = data ?? bytes };
        object strength = new { name = "strength", type = "float32", shape = new[] { 1 }, data = Convert.ToBase64String(new byte[4]) };
        int[] fits = [1, 3, 4, 4];
        object[][] all =
        [
            [], [strength], [Picture(fits)], [strength, strength], [Picture(fits), strength, strength], [Picture(fits, name: "../picture"), strength],
            [Picture(new[] { 1, 3, 4, 5 }), strength], [Picture(new[] { 1, -3, 4, 4 }), strength], [Picture(new[] { 0, 3, 4, 4 }), strength], [Picture(new long[] { 1, 3, 4_000_000_000, 4_000_000_000 }), strength],
            [Picture(new[] { 1, 3, 2000, 2000 }), strength], [Picture(Enumerable.Repeat(1, 64)), strength], [Picture(null), strength], [Picture(fits, data: "no base64!"), strength], [Picture(fits, data: ""), strength],
            [Picture(fits, type: "string"), strength], [Picture(fits, type: "uint8"), strength], [Picture(new[] { 48 }), strength], [Picture(new[] { 3, 1, 4, 4 }), strength], [null!, strength],
        ];
        foreach (object[] tensors in all)
        {
            using HttpResponseMessage answer = await Client.PostAsJsonAsync($"api/models/{id}/run", new { tensors });
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
        }
        foreach (object body in (object[])[new { }, "x", new { tensors = "x" }, Array.Empty<int>()])
        {
            using HttpResponseMessage answer = await Client.PostAsJsonAsync($"api/models/{id}/run", body);
            await answer.RefusedAsync(HttpStatusCode.BadRequest);
        }
        using HttpResponseMessage noNetwork = await Client.PostAsJsonAsync($"api/models/{id}/run?network=5", new { tensors = new[] { strength } });
        await noNetwork.RefusedAsync(HttpStatusCode.NotFound);
        using HttpResponseMessage after = await Client.PostAsJsonAsync($"api/models/{id}/run", new { tensors = new[] { Picture(new[] { 1, 3, 32, 32 }, data: Convert.ToBase64String(new byte[4 * 3 * 32 * 32])), strength } });
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task Files_beside_the_browsers_runtime_are_not_served()
    {
        foreach (string path in (string[])["ort/..%2Fpackage.json", "ort/ort.js", "ort/../package.json", "ort/%2Fetc%2Fpasswd", "ort/"])
        {
            using HttpResponseMessage answer = await Client.GetAsync(path);
            await answer.RefusedAsync(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        }
        // WebAssembly is compiled in the worker alone, and no text becomes code anywhere.
        using HttpResponseMessage worker = await Client.GetAsync("worker.js");
        Assert.DoesNotContain("'unsafe-", worker.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
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

    private static byte[] Bmp(int width, int height, short bits, int compression)
    {
        byte[] bytes = new byte[60];
        "BM"u8.CopyTo(bytes);
        foreach ((int at, int value) in ((int, int)[])[(10, 54), (14, 40), (18, width), (22, height), (26, 1), (30, compression)]) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(28), bits);
        return bytes;
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

using System.Text.Json;

namespace MLNetGen.Tests;

/// <summary>ONNX Runtime's WebAssembly build in headless Chromium: what a web page computes from a file.</summary>
internal static class OnnxRuntimeWeb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<BrowserPage> Page = new(() => new BrowserPage("index.html", ("/ort/", Scripts), ("/", Folder!)));

    /// <summary>The pages that tests open; null outside of the repository.</summary>
    public static string? Folder => Repository.Root is { } root ? Path.Combine(root, "tests", "peers", "browser") : null;

    /// <summary>onnxruntime-web's own files.</summary>
    public static string Scripts => Path.Combine(Folder!, "node_modules", "onnxruntime-web", "dist");

    /// <summary>Why a test that asks a browser is skipped; null where there is one.</summary>
    public static string? ReasonToSkip =>
        Folder is null ? "the tests run outside of the repository, which holds the web page"
        : !File.Exists(BrowserPage.Program) ? $"there is no {BrowserPage.Program}: './mlnetgen setup --peers' installs it"
        : !Directory.Exists(Scripts) ? "onnxruntime-web is not installed: './mlnetgen setup --peers' does so"
        : null;

    /// <exception cref="InvalidOperationException">The browser cannot read or run the file, or does not answer.</exception>
    public static (long[] Shape, float[] Values)[] Run(string model, string input, long[] shape, float[] values, IReadOnlyList<string> outputs)
    {
        string work = JsonSerializer.Serialize(new { type = "float32", input, shape, values, outputs }, Json);
        using JsonDocument answer = JsonDocument.Parse(Page.Value.Ask(model, work));
        if (answer.RootElement.TryGetProperty("error", out JsonElement error))
            throw new InvalidOperationException($"onnxruntime-web on '{model}': {error.GetString()}");
        return [.. answer.RootElement.GetProperty("outputs").EnumerateArray().Select(output => (
            output.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()).ToArray(),
            output.GetProperty("values").EnumerateArray().Select(value => value.GetSingle()).ToArray()))];
    }
}

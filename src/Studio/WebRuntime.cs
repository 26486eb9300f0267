using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio;

/// <summary>ONNX Runtime for browsers, from npm's package onnxruntime-web where it lies on this machine: it is served by these names alone, and never fetched from anywhere.</summary>
internal static class WebRuntime
{
    private const string Script = "text/javascript; charset=utf-8";

    private static readonly (string Name, string Type)[] Files = [("ort.wasm.min.mjs", Script), ("ort-wasm-simd-threaded.mjs", Script), ("ort-wasm-simd-threaded.wasm", "application/wasm")];

    /// <summary>Where npm puts it in the current folder, and where it may lie beside the program.</summary>
    private static string[] Places => [Path.Combine("node_modules", "onnxruntime-web", "dist"), Path.Combine(AppContext.BaseDirectory, "onnxruntime-web")];

    public static void Map(IEndpointRouteBuilder routes, RouteGroupBuilder api, StudioOptions options)
    {
        // Looked for when it is asked for: it may be installed meanwhile.
        string? Folder() => (options.WebRuntimeFolder is { } named ? [named] : Places).FirstOrDefault(folder => Files.All(file => File.Exists(Path.Combine(folder, file.Name))));

        api.MapGet("/runtime", () => new { isThere = Folder() is not null }).WithSummary("Whether ONNX Runtime for browsers lies on this machine");
        foreach ((string name, string type) in Files)
        {
            routes.MapGet($"/ort/{name}", () => Folder() is { } folder ? Results.File(File.OpenRead(Path.GetFullPath(Path.Combine(folder, name))), type)
                : Problems.NotFound("onnxruntime-web is not there: run 'npm install onnxruntime-web' where the studio is started")).ExcludeFromDescription();
        }
    }
}

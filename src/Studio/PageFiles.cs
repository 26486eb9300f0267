using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MLNetGen.Studio;

/// <summary>The page's own files, out of the assembly.</summary>
internal static class PageFiles
{
    private const string Folder = "wwwroot/", First = "index.html", Worker = "worker.js";

    // A worker has a policy of its own, so that WebAssembly is compiled there alone and the page stays as strict as it is.
    private const string WorkerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Assembly assembly = typeof(PageFiles).Assembly;
        foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            string name = resource[Folder.Length..];
            string? type = Path.GetExtension(name) switch
            {
                ".html" => "text/html; charset=utf-8",
                ".css" => "text/css; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                ".svg" => "image/svg+xml",
                ".webmanifest" => "application/manifest+json",
                _ => null,
            };
            routes.MapGet(name == First ? "/" : $"/{name}", (HttpResponse response) =>
            {
                if (name == Worker)
                    response.Headers.ContentSecurityPolicy = WorkerPolicy;
                return Results.Stream(assembly.GetManifestResourceStream(resource)!, type);
            }).ExcludeFromDescription();
        }
    }
}

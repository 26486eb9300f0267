using Microsoft.AspNetCore.OpenApi;

namespace MLNetGen.Studio;

/// <summary>The API as OpenAPI describes it.</summary>
internal static class Description
{
    public static void Options(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new() { Title = "MLNetGen studio", Version = typeof(Description).Assembly.GetName().Version!.ToString(3), Description = "The calls of the studio's page, for programs too. Errors are RFC 7807 problem details with a sentence." };
        return Task.CompletedTask;
    });
}

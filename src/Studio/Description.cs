using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MLNetGen.Studio;

/// <summary>The API as OpenAPI describes it.</summary>
internal static class Description
{
    private const string About = "The calls of the studio's page, for programs too. What is refused is told as RFC 7807 problem details, with a sentence.";

    // Kinds are told by their bytes: a sender may call them what it likes.
    private static readonly string[] Kinds = ["image/png", "image/jpeg", "image/webp", "image/bmp", "image/gif", "application/octet-stream"];

    public static void Options(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new() { Title = "MLNetGen studio", Version = typeof(Description).Assembly.GetName().Version!.ToString(3), Description = About };
        return Task.CompletedTask;
    });

    /// <summary>Describes a body of pictures: a file as it is, or files in a form, one of which may have a part's name of its own.</summary>
    public static TBuilder TakesPictures<TBuilder>(this TBuilder call, string? other = null, bool isRequired = true)
        where TBuilder : IEndpointConventionBuilder => call.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        OpenApiSchema file = new() { Type = JsonSchemaType.String, Format = "binary" };
        OpenApiSchema form = new() { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema> { ["picture"] = file } };
        if (other is not null)
            form.Properties[other] = file;
        Dictionary<string, OpenApiMediaType> content = Kinds.ToDictionary(kind => kind, _ => new OpenApiMediaType { Schema = file });
        content["multipart/form-data"] = new OpenApiMediaType { Schema = form };
        operation.RequestBody = new OpenApiRequestBody { Required = isRequired, Content = content };
        return Task.CompletedTask;
    });
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using MLNetGen.Studio.Models;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Calls;

/// <summary>Codes of generative models: drawn, found, gone between, and made pictures of.</summary>
internal static class LatentCalls
{
    // A picture is small; a sheet of so many is still one request's work.
    private const int MostCodes = 256, MostBytes = 4 << 20, SmallestSide = 192;

    public static void Map(RouteGroupBuilder api, ModelFolder folder, OpenModels open, LargePictures large, StudioOptions options)
    {
        Task<T> With<T>(string id, Func<LatentModel, T> use, CancellationToken cancel) => Task.Run(() =>
        {
            using Lease<LatentModel> lease = open.Latent(folder.Model(id));
            return use(lease.Model);
        }, cancel);

        api.MapGet("/models/{id}/codes", (string id, CancellationToken cancel, int seed = 1, int count = 1, double? truncation = null) => With(id, model =>
        {
            Check("count", count);
            return new CodeList(model.Sample(count, seed, truncation));
        }, cancel)).IsWork().WithSummary("Codes by chance: the same seed, the same codes");

        api.MapPost("/models/{id}/codes", async (string id, HttpRequest request, CancellationToken cancel, int @class = 0) =>
        {
            IReadOnlyList<Upload> uploads = await Uploads.ReadAsync(request, options);
            return await With(
                id, model => new CodeList([.. large.Decode(uploads).SelectMany(pictures => model.Encode([.. pictures.Select(one => one.Picture)], ClassOf(@class, model)))]), cancel);
        }).IsWork().TakesPictures().Produces<CodeList>().WithSummary("The codes of pictures, by a VAE");

        api.MapPost("/models/{id}/between", (string id, CodeList asked, CancellationToken cancel, int steps = 8) => With(id, model =>
        {
            Check("steps", steps);
            CheckCodes(asked, model);
            return new CodeList(model.Between(asked.Codes, steps));
        }, cancel)).IsWork().WithMetadata(new RequestSizeLimitAttribute(MostBytes)).WithSummary("The way from each code to the next, in equal steps");

        api.MapGet("/models/{id}/directions", (string id, CancellationToken cancel, int @class = 0, int count = 8) => With(id, model =>
        {
            Check("count", count);
            PrincipalDirections all = model.Directions(ClassOf(@class, model), cancel);
            return new PrincipalDirections([.. all.Directions.Take(count)], [.. all.Shares.Take(count)]);
        }, cancel)).IsWork().WithSummary("The directions of a model's codes along which its pictures change most, at right angles and of length 1, each with its share of all change");

        api.MapPost("/models/{id}/animation", (string id, CodeList asked, CancellationToken cancel, int @class = 0, int delay = 80) => With(id, model =>
        {
            CheckCodes(asked, model);
            Picture[] pictures = model.Decode(asked.Codes, ClassOf(@class, model));
            int scale = Math.Max(1, SmallestSide / Math.Min(pictures[0].Width, pictures[0].Height));
            return Results.Bytes(PictureAnimation.ToGif([.. pictures.Select(picture => PictureGrid.Draw([picture], columns: 1, scale, gap: 0))], TimeSpan.FromMilliseconds(delay)), "image/gif");
        }, cancel)).IsWork().WithMetadata(new RequestSizeLimitAttribute(MostBytes)).Produces(200, contentType: "image/gif").WithSummary("The pictures of codes, one after the other, as a GIF that repeats; delay is milliseconds a picture");

        api.MapPost("/models/{id}/decode", (string id, CodeList asked, CancellationToken cancel, int @class = 0, int columns = 8) => With(id, model =>
        {
            Check("columns", columns);
            CheckCodes(asked, model);
            return Results.Bytes(PictureGrid.Draw(model.Decode(asked.Codes, ClassOf(@class, model)), columns, scale: 1, gap: 0).ToPng(), "image/png");
        }, cancel)).IsWork().WithMetadata(new RequestSizeLimitAttribute(MostBytes)).Produces(200, contentType: "image/png").WithSummary("The pictures of codes, side by side without gaps, a row having so many columns");
    }

    private static void Check(string name, int value)
    {
        if (value is < 1 or > MostCodes)
            throw new ArgumentException($"{name} is {value}; it must be 1 to {MostCodes}.");
    }

    private static void CheckCodes(CodeList asked, LatentModel model)
    {
        Check("the number of codes", asked.Codes?.Length ?? 0);
        foreach (float[]? code in asked.Codes!)
        {
            if (code?.Length != model.Dimension || !code.All(float.IsFinite))
                throw new ArgumentException($"a code is {model.Dimension} numbers for this model{(code is null ? "" : $", and one has {code.Length}, or one that is none")}.");
        }
    }

    private static int ClassOf(int asked, LatentModel model) => asked >= 0 && asked < Math.Max(1, model.ClassCount) ? asked
        : throw new ArgumentException(model.ClassCount == 0 ? $"class is {asked}, and this model knows no classes: leave it out." : $"class is {asked}; this model has 0 to {model.ClassCount - 1}.");
}

internal sealed record CodeList(float[][] Codes);

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLNetGen.Studio.Models;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Calls;

/// <summary>The pictures of a folder that a classifier finds most like one.</summary>
internal static class SimilarCalls
{
    private const int MostFound = 96;

    public static void Map(RouteGroupBuilder api, ModelFolder folder, DataFolders folders, PictureDataCache pictures, OpenModels open, StudioOptions options)
    {
        api.MapPost("/models/{id}/similar", async (string id, HttpRequest request, CancellationToken cancel, string data, int count = 8) =>
        {
            StudioModel model = folder.Model(id);
            DataFolder among = folders[data];
            if (count is < 1 or > MostFound)
                throw new ArgumentException($"count is {count}; it must be 1 to {MostFound}.");
            Upload upload = await Uploads.ReadOneAsync(request, options);
            return await Task.Run(() =>
            {
                using Lease<Classifier> classifier = open.Classifier(model);
                Picture picture = upload.Decode(options);
                PictureData rows = pictures.Of(among, cancel);
                return new SimilarList([.. classifier.Model.Similar(picture, among.Id, rows, count, cancel).Select(one => new SimilarOne(one.Row, rows.Paths[one.Row], rows.Labels[one.Row], one.Distance))]);
            }, cancel);
        }).IsWork().TakesPictures().Produces<SimilarList>().WithSummary("The pictures of a folder, named by its identifier as data, whose features are nearest to a picture's; the first time all of them are looked at");
    }
}

internal sealed record SimilarList(IReadOnlyList<SimilarOne> Pictures);

/// <param name="Row">For the folder's thumbnails.</param>
/// <param name="Path">In the folder.</param>
/// <param name="Label">Its class.</param>
/// <param name="Distance">Between the features.</param>
internal sealed record SimilarOne(int Row, string Path, string Label, double Distance);

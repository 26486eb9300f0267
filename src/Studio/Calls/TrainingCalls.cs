using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLNetGen.Studio.Models;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Calls;

/// <summary>Trainings, begun by a form, stopped and gone on with.</summary>
internal static class TrainingCalls
{
    private const string Data = "data";

    public static void Map(RouteGroupBuilder api, ModelFolder folder, DataFolders data, Trainings trainings, StudioOptions options)
    {
        api.MapGet("/trainings", () => new TrainingList(trainings.Forms, [.. data.All.Select(one => new NamedFolder(one.Id, one.Name))], [.. trainings.All.Select(Entry)]))
            .WithSummary("What can be trained, on which folders of pictures; and the trainings that were begun here, the newest first, with what they said last");

        api.MapPost("/trainings/{family}", async (string family, HttpRequest request) =>
        {
            Dictionary<string, string> settings = request.Query.Where(one => one.Key != Data).ToDictionary(one => one.Key, one => one.Value.ToString());
            bool hasBody = request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0;
            Upload? upload = hasBody ? await Uploads.ReadOneAsync(request, options) : null;
            return Entry(trainings.Begin(family, settings, request.Query.TryGetValue(Data, out var named) ? named.ToString() : null, upload?.Decode(options)));
        }).TakesPictures(isRequired: false).WithSummary("Begins to train: the query has the family's options by name, and as data a folder's identifier; the body is the painting of a style. One at a time");

        api.MapPost("/trainings/{id}/stop", (string id, bool pause = false) =>
        {
            Training one = trainings[id];
            one.Stop(pause);
            return Entry(one);
        }).WithSummary("Stops a training as Ctrl-C does: the model is written as the last epoch left it; asked again, it ends at once. With pause=true it is to go on later");

        api.MapPost("/runs/{id}/resume", (string id) => Entry(trainings.Resume(folder.Run(id)))).WithSummary("Goes on with a run that was stopped, with its own settings");
    }

    private static TrainingEntry Entry(Training one) => new(one.Id, Path.GetFileName(one.Folder), one.Family, one.State, one.Lines);
}

internal sealed record TrainingList(IReadOnlyList<TrainingForm> Forms, IReadOnlyList<NamedFolder> Data, IReadOnlyList<TrainingEntry> Trainings);

internal sealed record NamedFolder(string Id, string Name);

internal sealed record TrainingEntry(string Id, string Name, string Family, TrainingState State, IReadOnlyList<string> Lines);

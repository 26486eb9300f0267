using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLNetGen.Cli;
using MLNetGen.Onnx;
using MLNetGen.Studio.Models;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Calls;

/// <summary>What there is, and what is in it.</summary>
internal static class ModelCalls
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static void Map(RouteGroupBuilder api, ModelFolder folder, OpenModels open, Trainings trainings, CancellationToken stopping)
    {
        api.MapGet("/models", () => new ModelList(folder.Root, [.. folder.Models.Select(ModelEntry.Of)])).WithSummary("All models, and what each is for");

        api.MapGet("/models/{id}/layers", (string id, CancellationToken cancel) => Task.Run(() => Layers(folder.Model(id)), cancel))
            .IsWork().WithSummary("What is in a model's file: inputs, outputs, layers with shapes, parameters and multiply-adds");

        api.MapGet("/models/{id}/latent", (string id, CancellationToken cancel) => Task.Run(() => LatentOf(folder.Model(id), open), cancel))
            .IsWork().WithSummary("How long a generative model's codes are, its classes, and whether pictures have codes");

        api.MapGet("/models/{id}/thumbnail", (string id) => folder.Model(id) is { Thumbnail: { } picture }
            ? Results.File(File.OpenRead(picture), "image/jpeg") : Problems.NotFound("there is no picture of what this model paints like")).Produces(200, contentType: "image/jpeg").WithSummary("A small picture of the painting that a style network learnt from");

        api.MapGet("/changes", (CancellationToken gone) => TypedResults.ServerSentEvents(Changes(folder, trainings, stopping, gone)))
            .WithMetadata(Live.Mark).WithSummary("Server-sent events: one whenever a model or a run came, changed or went");
    }

    private static NetworkList Layers(StudioModel model) => new(model.Name, ModelArchive.IsArchive(model.Path)
        ? [.. ModelArchive.Read(model.Path, null).Select(one => new NetworkEntry(one.Entry, one.Summary))]
        : [new NetworkEntry(Path.GetFileName(model.Path), OnnxSummary.Read(model.Path))]);

    private static LatentEntry LatentOf(StudioModel model, OpenModels open)
    {
        using Lease<LatentModel> lease = open.Latent(model);
        LatentModel latent = lease.Model;
        return new(latent.Dimension, [.. Enumerable.Range(0, latent.ClassCount).Select(i => model.Classes.ElementAtOrDefault(i) ?? $"{i}")], latent.Encodes);
    }

    private static async IAsyncEnumerable<SseItem<string>> Changes(ModelFolder folder, Trainings trainings, CancellationToken stopping, [EnumeratorCancellation] CancellationToken gone)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stopping, gone);
        string? told = null;
        while (!end.IsCancellationRequested)
        {
            if (folder.Version() + trainings.Version is var version && version != told)
                yield return new SseItem<string>(Identifier.Of(told = version), "change");
            await Task.Delay(Pause, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

internal sealed record ModelList(string Folder, IReadOnlyList<ModelEntry> Models);

internal sealed record ModelEntry(string Id, string Name, string? Family, ModelTask Task, long Bytes, IReadOnlyList<string> Styles, bool HasThumbnail)
{
    public static ModelEntry Of(StudioModel model) => new(model.Id, model.Name, model.Family, model.Task, model.Stamp.Bytes, model.Styles, model.Thumbnail is not null);
}

internal sealed record NetworkList(string Name, IReadOnlyList<NetworkEntry> Networks);

internal sealed record NetworkEntry(string Entry, OnnxSummary Summary);

internal sealed record LatentEntry(int Dimension, IReadOnlyList<string> Classes, bool Encodes);

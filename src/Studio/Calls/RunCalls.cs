using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLNetGen.Cli;
using MLNetGen.Studio.Models;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Calls;

/// <summary>Runs: their figures, curves, settings and pictures.</summary>
internal static class RunCalls
{
    private const int MostPictures = 400;

    public static void Map(RouteGroupBuilder api, ModelFolder folder, Trainings trainings)
    {
        api.MapGet("/runs", () => folder.Runs.Select(Entry).ToArray()).WithSummary("All runs, with their figures and settings");

        api.MapGet("/runs/{id}", (string id) =>
        {
            StudioRun run = folder.Run(id);
            return new RunDetail(Entry(run), run.Summary.Rounds, run.Summary.Warnings, [.. Pictures(run).Select(Path.GetFileNameWithoutExtension)]);
        }).WithSummary("A run: its figures epoch by epoch, warnings, and the names of its pictures, in their order");

        api.MapGet("/runs/{id}/pictures/{number:int}", (string id, int number) => Pictures(folder.Run(id)).ElementAtOrDefault(number) is { } file
            ? Results.File(File.OpenRead(file), "image/png") : Problems.NotFound($"there is no picture {number} in this run")).Produces(200, contentType: "image/png").WithSummary("A run's picture by its place, from 0");

        RunEntry Entry(StudioRun run) => RunEntry.Of(run, trainings.CanResume(run));
    }

    private static IEnumerable<string> Pictures(StudioRun run) => Path.Combine(run.Summary.Folder, "samples") is var samples && Directory.Exists(samples)
        ? Directory.EnumerateFiles(samples, "*.png").Order(StringComparer.Ordinal).TakeLast(MostPictures) : [];
}

internal sealed record RunEntry(
    string Id, string Name, string Family, string State, int Epochs, double Seconds, DateTime Written, IReadOnlyDictionary<string, double> Figures, IReadOnlyDictionary<string, string> Settings,
    bool CanResume)
{
    public static RunEntry Of(StudioRun run, bool canResume)
    {
        RunSummary summary = run.Summary;
        return new(run.Id, run.Name, summary.Family, summary.State, summary.Epochs, summary.Seconds, run.Stamp.Written, summary.Figures, summary.Settings, canResume);
    }
}

internal sealed record RunDetail(RunEntry Run, IReadOnlyList<IReadOnlyDictionary<string, double>> Rounds, IReadOnlyList<string> Warnings, IReadOnlyList<string?> Pictures);

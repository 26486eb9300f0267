using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLNetGen.Studio.Models;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Calls;

/// <summary>Folders of pictures: what is in them, and how a training would split them.</summary>
internal static class DataCalls
{
    private const int MostNamed = 200, MostPictures = 96, Side = 96, Columns = 8;

    public static void Map(RouteGroupBuilder api, DataFolders data, PictureDataCache cache)
    {
        Task<T> With<T>(string id, Func<PictureData, T> use, CancellationToken cancel) => data[id] is var folder ? Task.Run(() => use(cache.Of(folder, cancel)), cancel) : null!;

        api.MapGet("/data", () => data.All.Select(one => new NamedFolder(one.Id, one.Name)).ToArray()).WithSummary("The folders of pictures that the studio was started with");

        api.MapGet("/data/{id}", (string id, CancellationToken cancel) => With(id, one => new DataSummary(
            data[id].Name,
            one.Paths.Count,
            [.. one.Labels.CountBy(label => label).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new ClassCount(pair.Key, pair.Value))],
            Listed.Of(one.Report?.Skipped ?? [], file => new LeftOutFile(file.Path, file.Reason)),
            Listed.Of([.. one.Report?.Unused ?? [], .. (one.Report?.Unlabeled ?? []).Select(path => new SkippedPicture(path, "without a class, beside the classes' folders"))], file => new LeftOutFile(file.Path, file.Reason)),
            Listed.Of(one.Duplicates, group => new DuplicateGroup([.. group.Take(MostNamed).Select(row => one.Paths[row])], group.Select(row => one.Labels[row]).Distinct().Count() > 1))), cancel))
            .IsWork().WithSummary("How many pictures of each class a folder has, which cannot be read or are not used, and which files are the same");

        api.MapGet("/data/{id}/split", (string id, CancellationToken cancel, int seed = 1, int? first = null) => With(id, one =>
        {
            bool[] held = one.HeldOut(first, seed);
            int[] rows = [.. Enumerable.Range(0, held.Length)];
            return new SplitPreview(held.Count(isHeld => !isHeld), held.Count(isHeld => isHeld),
                [.. rows.GroupBy(row => one.Labels[row]).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new SplitClass(group.Key, group.Count(row => !held[row]), group.Count(row => held[row])))],
                one.Duplicates.Count(group => group.Select(row => held[row]).Distinct().Count() > 1));
        }, cancel)).IsWork().WithSummary("What a training would learn from and hold out, by class: a random tenth by seed, or all beyond the first rows; and how many pictures lie on both sides");

        api.MapGet("/data/{id}/pictures", (string id, CancellationToken cancel, string? label = null, int from = 0, int count = 24) => With(id, one =>
        {
            int[] rows = one.RowsOf(label);
            return new PicturePage(rows.Length, [.. PageOf(rows, from, count).Select(row => new NamedPicture(one.Paths[row], one.Labels[row]))]);
        }, cancel)).IsWork().WithSummary("Pictures of a folder, or of a class in it, by name");

        api.MapGet("/data/{id}/thumbnails", (string id, CancellationToken cancel, string? label = null, int from = 0, int count = 24, string? rows = null) => With(id, one =>
        {
            int[] page = rows is null ? PageOf(one.RowsOf(label), from, count) : RowsIn(rows, one.Labels.Count);
            return page.Length == 0 ? Problems.NotFound("there are no pictures there")
                : Results.Bytes(PictureGrid.Draw(one.Thumbnails(page, Side, cancel), Columns, scale: 1, gap: 0).ToPng(), "image/png");
        }, cancel)).IsWork().Produces(200, contentType: "image/png").WithSummary($"The same pictures, small, on a sheet of {Columns} columns, each {Side}×{Side}; or those of rows, by their numbers in ascending order, with commas between them");
    }

    private static int[] RowsIn(string text, int count)
    {
        int[] rows = [.. text.Split(',').Take(MostPictures + 1).Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int row) && row < count ? row
            : throw new ArgumentException($"rows has '{(part.Length > 20 ? part[..20] : part)}'; it must have numbers from 0 to {count - 1}, with commas between them."))];
        return rows.Length <= MostPictures && rows.Zip(rows.Skip(1)).All(pair => pair.First < pair.Second) ? rows : throw new ArgumentException($"rows must have at most {MostPictures} numbers, in ascending order.");
    }

    private static int[] PageOf(int[] rows, int from, int count)
    {
        if (from < 0)
            throw new ArgumentException($"from is {from}; it must be at least 0.");
        if (count is < 1 or > MostPictures)
            throw new ArgumentException($"count is {count}; it must be 1 to {MostPictures}.");
        return [.. rows.Skip(from).Take(count)];
    }

    /// <summary>The first of a list, and how long it is.</summary>
    internal sealed record Listed<T>(int Count, IReadOnlyList<T> First);

    private static class Listed
    {
        public static Listed<TOut> Of<TIn, TOut>(IReadOnlyList<TIn> all, Func<TIn, TOut> show) => new(all.Count, [.. all.Take(MostNamed).Select(show)]);
    }
}

internal sealed record DataSummary(string Name, int Pictures, IReadOnlyList<ClassCount> Classes, DataCalls.Listed<LeftOutFile> Unreadable, DataCalls.Listed<LeftOutFile> Unused, DataCalls.Listed<DuplicateGroup> Duplicates);

internal sealed record ClassCount(string Name, int Count);

internal sealed record LeftOutFile(string Path, string Reason);

/// <param name="Paths">Files that are the same.</param>
/// <param name="InSeveralClasses">Whether one picture has several labels.</param>
internal sealed record DuplicateGroup(IReadOnlyList<string> Paths, bool InSeveralClasses);

internal sealed record SplitPreview(int Train, int Test, IReadOnlyList<SplitClass> Classes, int OnBothSides);

internal sealed record SplitClass(string Name, int Train, int Test);

internal sealed record PicturePage(int Count, IReadOnlyList<NamedPicture> Pictures);

internal sealed record NamedPicture(string Path, string Label);

using System.Diagnostics;
using System.IO.Hashing;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Cli;

namespace MLNetGen.Studio.Models;

/// <summary>A folder of pictures, looked through: what its rows are called, and which of them are the same.</summary>
internal sealed class PictureData
{
    private readonly MLContext context;
    private readonly IDataView rows;

    private PictureData(MLContext context, IDataView rows, string[] labels, string[] paths, ImageFolderReport? report, IReadOnlyList<int[]> duplicates) =>
        (this.context, this.rows, Labels, Paths, Report, Duplicates) = (context, rows, labels, paths, report, duplicates);

    /// <summary>With <c>Image</c>, <c>Label</c> and <c>Path</c>.</summary>
    public IDataView Rows => rows;

    /// <summary>A row's class; empty where it has none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>What a row is called.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>What cannot be read; null of idx files.</summary>
    public ImageFolderReport? Report { get; }

    /// <summary>Rows whose files, or whose pixels in an idx file, are the same, byte by byte.</summary>
    public IReadOnlyList<int[]> Duplicates { get; }

    public static PictureData Read(DataFolder folder, long maximumPixels, CancellationToken cancel)
    {
        MLContext context = new(seed: 1);
        IDataView rows = context.Images.Load(folder.Path, new() { MaximumPixels = maximumPixels }, out ImageFolderReport? report);
        string[] labels = [.. rows.GetColumn<ReadOnlyMemory<char>>("Label").Select(label => label.ToString())], paths = [.. rows.GetColumn<ReadOnlyMemory<char>>("Path").Select(path => path.ToString())];
        ulong[] hashes = new ulong[paths.Length];
        if (report is null)
        {
            foreach ((int row, MLImage image) in Images(rows, Enumerable.Range(0, paths.Length), cancel)) hashes[row] = XxHash3.HashToUInt64(image.Pixels);
        }
        else
        {
            Parallel.For(0, paths.Length, new() { CancellationToken = cancel }, i => hashes[i] = HashOf(Path.Combine(folder.Path, paths[i])));
        }
        int[][] duplicates = [.. Enumerable.Range(0, paths.Length).GroupBy(i => hashes[i]).Where(group => group.Count() > 1).Select(group => group.ToArray())];
        return new(context, rows, labels, paths, report, duplicates);
    }

    /// <summary>The rows of a class, or all.</summary>
    public int[] RowsOf(string? label) => [.. Enumerable.Range(0, Labels.Count).Where(i => label is null || Labels[i] == label)];

    /// <summary>Small pictures of rows, which are in ascending order.</summary>
    public IReadOnlyList<Picture> Thumbnails(IReadOnlyList<int> wanted, int side, CancellationToken cancel)
    {
        List<Picture> pictures = [];
        foreach ((_, MLImage image) in Images(rows, wanted, cancel)) pictures.Add(Fitted(Picture.FromImage(image), side));
        return pictures;
    }

    /// <summary>Which rows a training holds out: the first so many are learnt from, or a random tenth of every class is held out, as the command line does.</summary>
    public bool[] HeldOut(int? first, int seed)
    {
        if (first is { } count)
        {
            return count >= 1 && count < Labels.Count ? [.. Enumerable.Range(0, Labels.Count).Select(row => row >= count)]
                : throw new ArgumentException($"first is {count}, and there are {Labels.Count} rows: both parts need at least one row.");
        }
        (_, IDataView test) = HeldOutRows.Split(context, rows, seed);
        HashSet<string> held = [.. test.GetColumn<ReadOnlyMemory<char>>("Path").Select(path => path.ToString())];
        return [.. Paths.Select(held.Contains)];
    }

    private static ulong HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        XxHash3 hash = new();
        hash.Append(file);
        return hash.GetCurrentHashAsUInt64();
    }

    // Whole in a square, whatever its proportions.
    private static Picture Fitted(Picture picture, int side)
    {
        Picture small = PictureResize.ToLongerSide(picture, side);
        int left = (side - small.Width) / 2, top = (side - small.Height) / 2, length = small.Width * small.Channels;
        byte[] pixels = new byte[side * side * small.Channels];
        for (int y = 0; y < small.Height; y++) small.Pixels.AsSpan(y * length, length).CopyTo(pixels.AsSpan((((top + y) * side) + left) * small.Channels));
        return new(side, side, small.Channels, pixels);
    }

    // Other rows' pictures are not decoded.
    private static IEnumerable<(int Row, MLImage Image)> Images(IDataView rows, IEnumerable<int> wanted, CancellationToken cancel)
    {
        using DataViewRowCursor cursor = rows.GetRowCursor([rows.Schema["Image"]]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(rows.Schema["Image"]);
        MLImage? image = null;
        int at = -1;
        try
        {
            foreach (int row in wanted)
            {
                cancel.ThrowIfCancellationRequested();
                while (at < row && cursor.MoveNext()) at++;
                get(ref image!);
                yield return (row, image);
            }
        }
        finally
        {
            image?.Dispose();
        }
    }
}

/// <summary>The folders that were looked through last; one that changed is looked through again.</summary>
internal sealed class PictureDataCache(StudioOptions options)
{
    private const int Most = 3;

    // Of a large folder, the walk itself takes its time: it is not walked again for so many times as long.
    private const int WalksApart = 20;

    private static readonly TimeSpan Noticeable = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private readonly List<(string Id, string Stamp, Lazy<PictureData> Data)> known = [];
    private readonly Dictionary<string, (string Stamp, long Walked, TimeSpan Took)> stamps = [];

    public PictureData Of(DataFolder folder, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return Find(folder, cancel);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // Whoever began to look it through has gone; this one has not.
            }
        }
    }

    private PictureData Find(DataFolder folder, CancellationToken cancel)
    {
        string stamp = StampOf(folder);
        Lazy<PictureData> data;
        lock (gate)
        {
            int at = known.FindIndex(one => one.Id == folder.Id && one.Stamp == stamp);
            data = at >= 0 ? known[at].Data : new(() => PictureData.Read(folder, options.MaximumPixels, cancel));
            known.RemoveAll(one => one.Id == folder.Id);
            known.Insert(0, (folder.Id, stamp, data));
            if (known.Count > Most)
                known.RemoveAt(Most);
        }
        try
        {
            return data.Value;
        }
        catch
        {
            // It is tried anew the next time.
            lock (gate) known.RemoveAll(one => one.Data == data);
            throw;
        }
    }

    private string StampOf(DataFolder folder)
    {
        lock (gate)
        {
            if (stamps.TryGetValue(folder.Id, out (string Stamp, long Walked, TimeSpan Took) last) && last.Took >= Noticeable && Stopwatch.GetElapsedTime(last.Walked) < WalksApart * last.Took)
                return last.Stamp;
        }
        long start = Stopwatch.GetTimestamp();
        string stamp = StampOf(folder.Path);
        lock (gate) stamps[folder.Id] = (stamp, Stopwatch.GetTimestamp(), Stopwatch.GetElapsedTime(start));
        return stamp;
    }

    private static string StampOf(string path)
    {
        XxHash3 hash = new();
        foreach (FileInfo file in new DirectoryInfo(path).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).OrderBy(file => file.FullName, StringComparer.Ordinal))
            hash.Append(System.Text.Encoding.UTF8.GetBytes($"{file.FullName}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}\n"));
        return $"{hash.GetCurrentHashAsUInt64():x}";
    }
}

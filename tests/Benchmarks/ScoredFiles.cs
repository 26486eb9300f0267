using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Benchmarks;

/// <summary>
/// From JPEG files to scores, rows a second: ML.NET's own LoadImages → ResizeImages → ExtractPixels → ApplyOnnxModel, against the same chain in batches (the same pixels, made
/// on all threads), and with pictures decoded at a fraction of their size (<see cref="ScaledImageCatalog"/>).
/// </summary>
internal static class ScoredFiles
{
    private const double Allowed = 1.8;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Network">Its name.</param>
    /// <param name="Files">Files of a run.</param>
    /// <param name="Scaled">Ours, decoded at a fraction; files a second, as all figures.</param>
    /// <param name="Batched">Ours, with ML.NET's own pixels.</param>
    /// <param name="Peer">ML.NET's own chain.</param>
    /// <param name="PeerSleeping">The same with threads that sleep.</param>
    /// <param name="Difference">Of ours with the same pixels, of a row's largest.</param>
    private sealed record Result(string Network, int Files, double Scaled, double Batched, double Peer, double PeerSleeping, double Difference)
    {
        [JsonIgnore]
        public string Text => string.Create(
            CultureInfo.InvariantCulture,
            $"{Network}, {Files:N0} JPEG files of {LoadingPictures.Width}×{LoadingPictures.Height}: decoded at a fraction {Scaled:F0} files/s, "
            + $"with ML.NET's own pixels {Batched:F0}; ML.NET's chain {Peer:F0}, and "
            + $"{PeerSleeping:F0} with threads that sleep: {Scaled / Peer:F2}× and {Scaled / PeerSleeping:F2}× "
            + $"({(Scaled / Peer >= Allowed ? "allowed" : "missed")}: {Allowed}×), {Batched / Peer:F2}× and {Batched / PeerSleeping:F2}×; greatest "
            + $"difference with the same pixels {Difference:G2} of a row's largest");
    }

    public static void Run(ScoredNetwork network, int files, int rounds, bool json)
    {
        string folder = Directory.CreateTempSubdirectory("mlnetgen-bench-").FullName;
        try
        {
            LoadingPictures.Write(folder, files);
            string file = Path.Combine(folder, "network.onnx");
            network.Export(file);
            FileRow[] rows = [.. Directory.GetFiles(Path.Combine(folder, "pictures"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path =>
                new FileRow { Path = path })];
            Result result = Measure(network, file, rows, rounds);
            Console.WriteLine(json ? JsonSerializer.Serialize(result, Json) : result.Text);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Result Measure(ScoredNetwork network, string file, FileRow[] rows, int rounds)
    {
        MLContext spinning = new(seed: 1), sleeping = CommandContext.Create(seed: 1);
        IDataView view = spinning.Data.LoadFromEnumerable(rows);
        ITransformer[] models =
        [
            Chain(spinning, spinning.Transforms.LoadImagesScaled(spinning, ScoredNetwork.Image, null, nameof(FileRow.Path), network.Size), network, file, view).WithBatching(),
            Chain(spinning, Whole(spinning), network, file, view).WithBatching(),
            Chain(spinning, Whole(spinning), network, file, view),
            Chain(sleeping, Whole(sleeping), network, file, view),
        ];
        List<double>[] speeds = [.. models.Select(_ => new List<double>())];
        double difference = 0;
        // The round before the first is not counted.
        for (int round = 0; round <= rounds; round++)
        {
            float[][][] values = new float[models.Length][][];
            for (int turn = 0; turn < models.Length; turn++)
            {
                int side = (turn + round) % models.Length;
                IDataView some = round == 0 ? spinning.Data.TakeRows(view, 100) : view;
                Stopwatch clock = Stopwatch.StartNew();
                values[side] = [.. models[side].Transform(some).GetColumn<float[]>(network.Output)];
                if (round > 0)
                    speeds[side].Add(rows.Length / clock.Elapsed.TotalSeconds);
            }
            difference = Math.Max(difference, ScoringBench.Difference(values[2], values[1]));
            if (round > 0)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{network.Name}, round {round} of {rounds}: {string.Join(", ", speeds.Select(all => $"{all[^1]:F0}"))} files/s"));
        }
        foreach (ITransformer model in models) ((IDisposable)model).Dispose();
        double[] medians = [.. speeds.Select(Comparison.Median)];
        return new Result(network.Name, rows.Length, medians[0], medians[1], medians[2], medians[3], difference);
    }

    private static ImageLoadingEstimator Whole(MLContext context) => context.Transforms.LoadImages(ScoredNetwork.Image, null, nameof(FileRow.Path));

    private static TransformerChain<ITransformer> Chain<T>(MLContext context, IEstimator<T> loading, ScoredNetwork network, string file, IDataView rows)
        where T : class, ITransformer
    {
        const string Resized = "Resized";
        ITransformer loader = loading.Fit(rows);
        IDataView pictures = loader.Transform(rows);
        ITransformer rest = context.Transforms.ResizeImages(Resized, network.Size, network.Size, ScoredNetwork.Image)
            .Append(context.Transforms.ExtractPixels(
                ScoredNetwork.Pixels, Resized, network.Channels == 1 ? ImagePixelExtractingEstimator.ColorBits.Red : ImagePixelExtractingEstimator.ColorBits.Rgb,
                    scaleImage: 1 / 255f))
            .Append(context.Transforms.ApplyOnnxModel(network.Output, ScoredNetwork.Pixels, file)).Fit(pictures);
        return new TransformerChain<ITransformer>(loader, rest);
    }

    private sealed class FileRow
    {
        public string Path { get; set; } = "";
    }
}

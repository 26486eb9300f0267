using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Benchmarks;

/// <summary>
/// Rows a second of a model with its network in batches (<see cref="BatchedOnnxTransformer"/>), against ML.NET's OnnxTransformer, and against a bare loop that reads the same
/// column by a cursor and runs the same batches: both with ONNX Runtime's threads as they come, which spin while they wait, and with threads that sleep.
/// </summary>
internal static class ScoringBench
{
    private const double LeastOfLoop = 0.95;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Network">Its name.</param>
    /// <param name="Rows">Rows of a run.</param>
    /// <param name="BatchSize">Rows that are run at once.</param>
    /// <param name="Ours">Rows a second, as all figures.</param>
    /// <param name="Spinning">OnnxTransformer's.</param>
    /// <param name="Sleeping">The same with threads that sleep.</param>
    /// <param name="LoopSpinning">The bare loop's.</param>
    /// <param name="LoopSleeping">The same with threads that sleep.</param>
    /// <param name="Difference">Greatest difference to OnnxTransformer, of a row's largest.</param>
    private sealed record Result(string Network, int Rows, int BatchSize, double Ours, double Spinning, double Sleeping, double LoopSpinning, double LoopSleeping,
        double Difference)
    {
        [JsonIgnore]
        public required double Allowed { get; init; }

        [JsonIgnore]
        public string Text => string.Create(
            CultureInfo.InvariantCulture,
            $"{Network}, {Rows:N0} rows in batches of {BatchSize}: {Ours:F0} rows/s; "
            + $"OnnxTransformer {Spinning:F0}, and {Sleeping:F0} with threads that sleep: {Against(Spinning, Allowed)}, {Against(Sleeping, Allowed)}; "
            + $"a bare loop {LoopSpinning:F0} and {LoopSleeping:F0}: {Against(LoopSpinning, LeastOfLoop)}, {Against(LoopSleeping, LeastOfLoop)}; "
            + $"greatest difference {Difference:G2} of a row's largest");

        private string Against(double peer, double least) =>
            string.Create(CultureInfo.InvariantCulture, $"{Ours / peer:F2}× ({(Ours / peer >= least ? "allowed" : "missed")}: {least}×)");
    }

    /// <param name="names">Parts of the networks' names; none: all.</param>
    /// <param name="rows">Rows of a run; a slow network has a fifth.</param>
    /// <param name="rounds">Runs of each side.</param>
    /// <param name="batchSize">Rows that are run at once; null: as the library has it.</param>
    /// <param name="json">One JSON object a network.</param>
    /// <param name="files">Of JPEG, that are read from the disk; 0: none.</param>
    public static int Run(string[] names, int rows, int rounds, int? batchSize, bool json, int files)
    {
        if (rows < 1 || rounds < 1)
            throw new ArgumentException($"{rows} rows and {rounds} rounds are too few to measure: give at least 1 of each (--rows, --rounds).");
        ScoredNetwork[] networks = [.. ScoredNetwork.All.Where(network => names.Length == 0
            || names.Any(name => network.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))];
        if (networks.Length == 0)
            throw new ArgumentException($"no network is called {string.Join(" or ", names)} (--network): there are {string.Join("; ", ScoredNetwork.All.Select(network => network.Name))}.");
        using TemporaryFolder folder = new();
        foreach (ScoredNetwork network in networks)
        {
            Result result = Measure(network, folder.File($"{Guid.NewGuid():N}.onnx"), Math.Max(1, (int)(rows * network.Share)), rounds, batchSize);
            Console.WriteLine(json ? JsonSerializer.Serialize(result, Json) : result.Text);
            if (files > 0 && !network.IsVector)
                ScoredFiles.Run(network, Math.Max(1, (int)(files * network.Share)), rounds, json);
        }
        return 0;
    }

    private static Result Measure(ScoredNetwork network, string file, int rows, int rounds, int? batchSize)
    {
        network.Export(file);
        if (!network.IsVector)
            PictureTypes.Register(new ImageDataViewType(network.Size, network.Size));
        MLContext spinning = new(seed: 1), sleeping = CommandContext.Create(seed: 1);
        IDataView few = network.Rows(spinning, 1);
        ITransformer theirs = Chain(spinning, network, file, few), theirsAsleep = Chain(sleeping, network, file, few);
        ITransformer ours = Chain(spinning, network, file, few).WithBatching(batchSize);
        long opening = Stopwatch.GetTimestamp();
        int batch = ((BatchedOnnxTransformer)((TransformerChain<ITransformer>)ours).LastTransformer).Report.BatchSize;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network.Name}: its session is open after {Stopwatch.GetElapsedTime(opening).TotalSeconds:F2} s"));
        using BareLoop loop = new(file, network, batch, spins: true), loopAsleep = new(file, network, batch, spins: false);
        Func<IDataView, float[][]>[] sides =
        [
            view => Read(ours.Transform(view), network.Output),
            view => Read(theirs.Transform(view), network.Output),
            view => Read(theirsAsleep.Transform(view), network.Output),
            view => loop.Run(network.Preparation(spinning, view).Transform(view)),
            view => loopAsleep.Run(network.Preparation(spinning, view).Transform(view)),
        ];
        List<double>[] speeds = [.. sides.Select(_ => new List<double>())];
        double difference = 0;
        // The round before the first is not counted.
        for (int round = 0; round <= rounds; round++)
        {
            float[][][] values = new float[sides.Length][][];
            for (int turn = 0; turn < sides.Length; turn++)
            {
                int side = (turn + round) % sides.Length;
                IDataView view = network.Rows(spinning, round == 0 ? Math.Min(rows, 2 * batch) : rows);
                GC.Collect();
                Stopwatch clock = Stopwatch.StartNew();
                values[side] = sides[side](view);
                if (round > 0)
                    speeds[side].Add(rows / clock.Elapsed.TotalSeconds);
            }
            difference = Math.Max(difference, Difference(values[1], values[0]));
            if (Difference(values[1], values[3]) > 1e-3 || values[1][0].SequenceEqual(values[1][1]))
                throw new InvalidOperationException($"the bare loop of {network.Name} gives other values, or all rows have the same: that measures something else.");
            if (round > 0)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{network.Name}, round {round} of {rounds}: {string.Join(", ", speeds.Select(all => $"{all[^1]:F0}"))} rows/s"));
        }
        foreach (ITransformer model in (ITransformer[])[ours, theirs, theirsAsleep]) ((IDisposable)model).Dispose();
        double[] medians = [.. speeds.Select(Comparison.Median)];
        return new Result(network.Name, rows, batch, medians[0], medians[1], medians[2], medians[3], medians[4], difference) { Allowed = network.Allowed };
    }

    private static TransformerChain<ITransformer> Chain(MLContext context, ScoredNetwork network, string file, IDataView rows)
    {
        ITransformer preparation = network.Preparation(context, rows);
        return new TransformerChain<ITransformer>(preparation, context.Transforms.ApplyOnnxModel(network.Output, ScoredNetwork.Pixels, file).Fit(preparation.Transform(rows)));
    }

    private static float[][] Read(IDataView view, string column)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[column]]);
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(view.Schema[column]);
        VBuffer<float> value = default;
        List<float[]> values = [];
        while (cursor.MoveNext())
        {
            get(ref value);
            values.Add(value.GetValues().ToArray());
        }
        return [.. values];
    }

    /// <summary>The greatest difference, of a row's largest.</summary>
    public static double Difference(float[][] expected, float[][] values) => expected.Zip(values, (row, other) =>
        row.Zip(other, (a, b) => Math.Abs(a - b)).Max() / Math.Max(float.Epsilon, row.Max(Math.Abs))).Max();

    /// <summary>A program's own loop over batches: one thread reads, and ONNX Runtime's threads share each batch.</summary>
    private sealed class BareLoop : IDisposable
    {
        private readonly InferenceSession session;
        private readonly ScoredNetwork network;
        private readonly RunOptions run = new();
        private readonly float[] pixels;
        private readonly int length, batchSize;

        public BareLoop(string file, ScoredNetwork network, int batchSize, bool spins)
        {
            (this.network, this.batchSize) = (network, batchSize);
            length = network.Channels * network.Size * network.Size;
            pixels = new float[batchSize * length];
            using SessionOptions options = new();
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
            session = new InferenceSession(file, options);
        }

        public float[][] Run(IDataView view)
        {
            DataViewSchema.Column column = view.Schema[ScoredNetwork.Pixels];
            using DataViewRowCursor cursor = view.GetRowCursor([column]);
            ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(column);
            VBuffer<float> row = default;
            List<float[]> values = [];
            int filled = 0;
            while (cursor.MoveNext())
            {
                get(ref row);
                row.CopyTo(pixels.AsSpan(filled++ * length, length));
                if (filled == batchSize)
                    Flush(values, ref filled);
            }
            Flush(values, ref filled);
            return [.. values];
        }

        public void Dispose()
        {
            run.Dispose();
            session.Dispose();
        }

        private void Flush(List<float[]> values, ref int filled)
        {
            if (filled == 0)
                return;
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pixels.AsMemory(0, filled * length),
                [filled, network.Channels, network.Size, network.Size]);
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, [ScoredNetwork.Pixels], [input], [network.Output]);
            ReadOnlySpan<float> output = results[0].GetTensorDataAsSpan<float>();
            int each = output.Length / filled;
            for (int i = 0; i < filled; i++) values.Add(output.Slice(i * each, each).ToArray());
            filled = 0;
        }
    }
}

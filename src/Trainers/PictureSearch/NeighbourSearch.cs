using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Classification;
using static TorchSharp.torch;

namespace MLNetGen.PictureSearch;

/// <summary>The nearest row of one set for each row of another.</summary>
internal static class NeighbourSearch
{
    // Distances of so many rows to so many at a time: 4 MiB of them, and the chunks as floats.
    private const int Chunk = 1024;

    // float32 products rank nearly equal distances wrongly: so many more than are asked for are measured again.
    private const int Spare = 7;

    /// <param name="queries">Rows [n, length], bytes or floats.</param>
    /// <param name="rows">Rows [m, length] of the same type.</param>
    /// <param name="scale">What a value is multiplied by.</param>
    /// <param name="cancel">Looked at between chunks.</param>
    public static IReadOnlyList<NearestPicture> Find(Tensor queries, Tensor rows, double scale, CancellationToken cancel = default) =>
        [.. Find(queries, rows, scale, 1, cancel).Select(found => found[0])];

    /// <summary>The <paramref name="count"/> nearest of each query, the nearest first; of equally near ones the first; all where there are fewer.</summary>
    /// <param name="queries">Rows [n, length], bytes or floats.</param>
    /// <param name="rows">Rows [m, length] of the same type.</param>
    /// <param name="scale">What a value is multiplied by.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="cancel">Looked at between chunks.</param>
    public static IReadOnlyList<NearestPicture[]> Find(Tensor queries, Tensor rows, double scale, int count, CancellationToken cancel = default)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // Distances do not change with the origin, but the products' rounding does.
        Tensor origin = Floats(queries.narrow(0, 0, Math.Min(Chunk, queries.shape[0]))).mean([0], keepdim: true);
        List<NearestPicture[]> found = [];
        for (long start = 0; start < queries.shape[0]; start += Chunk)
        {
            Tensor part = queries.narrow(0, start, Math.Min(Chunk, queries.shape[0] - start));
            long[] candidates = Rank(Floats(part) - origin, rows, origin, count + Spare, cancel);
            int each = candidates.Length / (int)part.shape[0];
            for (int i = 0; i < part.shape[0]; i++)
                found.Add(Nearest((int)start + i, part[i], rows, candidates.AsSpan(i * each, each), scale, count));
        }
        return found;
    }

    // The rows nearest to each query, up to rounding: |a − b|² = |a|² − 2ab + |b|², where |a|² is the same for all b.
    private static long[] Rank(Tensor queries, Tensor rows, Tensor origin, int candidates, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        Tensor? least = null, where = null;
        for (long start = 0; start < rows.shape[0]; start += Chunk)
        {
            cancel.ThrowIfCancellationRequested();
            using var chunk = NewDisposeScope();
            Tensor part = Floats(rows.narrow(0, start, Math.Min(Chunk, rows.shape[0] - start))) - origin;
            Tensor distances = (part * part).sum(1).unsqueeze(0) - queries.matmul(part.t()) * 2;
            Tensor indices = arange(start, start + part.shape[0]).unsqueeze(0).expand(distances.shape);
            if (least is not null)
                (distances, indices) = (cat([least, distances], 1), cat([where!, indices], 1));
            (Tensor values, Tensor order) = distances.topk((int)Math.Min(candidates, distances.shape[1]), 1, largest: false);
            (least, where) = (values.MoveToOuterDisposeScope(), indices.gather(1, order).MoveToOuterDisposeScope());
        }
        return [.. where!.contiguous().data<long>()];
    }

    private static NearestPicture[] Nearest(int row, Tensor query, Tensor rows, ReadOnlySpan<long> candidates, double scale, int count)
    {
        using var scope = NewDisposeScope();
        long[] ordered = candidates.ToArray();
        Array.Sort(ordered);
        Tensor differences = rows.index_select(0, tensor(ordered)).to_type(ScalarType.Float64) - query.to_type(ScalarType.Float64);
        double[] distances = [.. (differences * differences).sum(1).data<double>()];
        return [.. Enumerable.Range(0, ordered.Length).OrderBy(i => distances[i]).Take(count).Select(i => new NearestPicture(row, (int)ordered[i], Math.Sqrt(distances[i]) * scale))];
    }

    private static Tensor Floats(Tensor rows) => rows.to_type(ScalarType.Float32);
}

/// <summary>A column of features [rows, length], and columns of text beside it, in one pass.</summary>
/// <param name="Features">float32.</param>
/// <param name="Texts">A list a column; empty where the column is not there.</param>
internal sealed record FeatureRows(Tensor Features, IReadOnlyList<string>[] Texts)
{
    // Values joined into one tensor at a time, 4 MiB: bounds the extra memory, not the data set.
    private const int ChunkLength = 1 << 20;

    public string? Text(int column, int row) => Texts[column].Count == 0 ? null : Texts[column][row];

    /// <exception cref="ArgumentException">The features are absent or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read, or a feature is not a finite number.</exception>
    public static FeatureRows Read(IDataView rows, string features, string[] texts)
    {
        DataViewSchema.Column column = NetworkInput.Find(rows, features);
        if (column.Type is not VectorDataViewType { Size: > 0 } type || type.ItemType != NumberDataViewType.Single)
            throw new ArgumentException($"column '{features}' is {column.Type}; features are a vector of Single of known size: choose another column.");
        DataViewSchema.Column?[] named = [.. texts.Select(name => rows.Schema.GetColumnOrNull(name) is { Type: TextDataViewType } found ? found : (DataViewSchema.Column?)null)];
        List<string>[] read = [.. texts.Select(_ => new List<string>())];
        List<Tensor> chunks = [];
        int rowsPerChunk = Math.Max(1, ChunkLength / type.Size);
        float[] chunk = new float[rowsPerChunk * type.Size];
        int row = 0, filled = 0;
        RowErrors.Tell(() => $"a row of column '{features}' at or after row {row}", () =>
        {
            using DataViewRowCursor cursor = rows.GetRowCursor([column, .. named.OfType<DataViewSchema.Column>()]);
            ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(column);
            ValueGetter<ReadOnlyMemory<char>>?[] getters = [.. named.Select(one => one is { } text ? cursor.GetGetter<ReadOnlyMemory<char>>(text) : null)];
            VBuffer<float> value = default;
            ReadOnlyMemory<char> words = default;
            for (; cursor.MoveNext(); row++)
            {
                get(ref value);
                Span<float> target = chunk.AsSpan(filled * type.Size, type.Size);
                value.CopyTo(target);
                foreach (float feature in target)
                {
                    if (!float.IsFinite(feature))
                        throw new InvalidDataException($"row {row} of column '{features}' has the value {feature}; features are finite numbers: leave such rows out, or find out what made them.");
                }
                for (int i = 0; i < getters.Length; i++)
                {
                    if (getters[i] is not { } getter)
                        continue;
                    getter(ref words);
                    read[i].Add(words.ToString());
                }
                if (++filled == rowsPerChunk)
                    Flush();
            }
        });
        Flush();
        return chunks.Count == 0 ? throw new ArgumentException($"there are no rows to read column '{features}' from: give at least one.") : new(chunks.Count == 1 ? chunks[0] : cat(chunks), read);

        void Flush()
        {
            if (filled > 0)
                chunks.Add(tensor(chunk.AsSpan(0, filled * type.Size).ToArray(), [filled, type.Size]));
            filled = 0;
        }
    }
}

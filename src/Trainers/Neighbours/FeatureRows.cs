using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Classification;
using static TorchSharp.torch;

namespace MLNetGen.Neighbours;

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

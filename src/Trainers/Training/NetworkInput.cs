using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// The column that a network learns from: how its values become the network's input, in training and in the saved
/// pipeline. Both go through the same ML.NET transforms, so that they cannot differ.
/// </summary>
internal abstract class NetworkInput(MLContext context, string name)
{
    // Rows joined into one tensor at a time while reading; bounds the extra memory, not the data set.
    private const int RowsPerChunk = 4096;

    /// <summary>The network's input in the pipeline: dropped at its end, so not a name that a user's own column has.</summary>
    public const string Pixels = "mlnetgen.pixels";

    public string Name { get; } = name;

    /// <summary>The shape of one row: [channels, height, width], or [length].</summary>
    public abstract long[] Shape { get; }

    /// <summary>What a stored value is multiplied by to become the network's input.</summary>
    public abstract float Scale { get; }

    protected MLContext Context { get; } = context;

    /// <summary>The columns this one adds on the way to <see cref="Pixels"/>, to be dropped at the end.</summary>
    public abstract string[] Intermediate { get; }

    /// <summary>From <see cref="Name"/> to <see cref="Pixels"/>: a vector of Single, row-major in <see cref="Shape"/>.</summary>
    public abstract IEstimator<ITransformer> ToPixels();

    /// <summary>All rows in one tensor [rows, …<see cref="Shape"/>] on the CPU, as compact as they allow.</summary>
    public abstract Tensor Read(IDataView rows, CancellationToken cancel);

    public static DataViewSchema.Column Find(IDataView rows, string name) => rows.Schema.GetColumnOrNull(name) ?? throw new ArgumentException(ImageColumn.Absent(rows.Schema, name));

    protected Tensor ReadVectors<T>(IDataView rows, string column, ScalarType type, CancellationToken cancel, Action<ReadOnlySpan<T>, long>? check = null, bool emptyIsMissing = false)
        where T : unmanaged
    {
        long[] shape = Shape;
        int length = checked((int)shape.Aggregate(1L, (a, b) => a * b));
        List<Tensor> chunks = [];
        T[] chunk = new T[checked(RowsPerChunk * (long)length)];
        int filled = 0;
        long row = 0;
        using DisposeScope scope = NewDisposeScope();

        void Flush()
        {
            if (filled == 0)
                return;
            chunks.Add(from_array(chunk.AsSpan(0, filled * length).ToArray(), type).reshape([filled, .. shape]));
            filled = 0;
        }

        DataViewSchema.Column source = rows.Schema[column];
        try
        {
            using DataViewRowCursor cursor = rows.GetRowCursor([source]);
            ValueGetter<VBuffer<T>> get = cursor.GetGetter<VBuffer<T>>(source);
            VBuffer<T> value = default;
            while (cursor.MoveNext())
            {
                cancel.ThrowIfCancellationRequested();
                get(ref value);
                if (emptyIsMissing && value.GetValues().Length == 0)
                    throw new InvalidDataException($"row {row} of column '{Name}' is empty.");
                if (value.Length != length)
                    throw new InvalidDataException($"row {row} of column '{Name}' has {value.Length} values; the others have {length}.");
                Span<T> target = chunk.AsSpan(filled * length, length);
                value.CopyTo(target);
                check?.Invoke(target, row);
                row++;
                if (++filled == RowsPerChunk)
                    Flush();
            }
        }
        catch (InvalidOperationException e) when (e.InnerException is not (null or OperationCanceledException))
        {
            // ML.NET wraps what a row's mapping threw ("Splitter/consolidator worker encountered exception"), and its
            // worker is ahead of this loop.
            throw new InvalidDataException($"a row of column '{Name}' at or after row {row} could not be read: {e.GetBaseException().Message}", e);
        }
        Flush();
        if (chunks.Count == 0)
            throw new ArgumentException($"there are no rows to read column '{Name}' from: give at least one.");
        return (chunks.Count == 1 ? chunks[0] : cat(chunks, 0)).MoveToOuterDisposeScope();
    }
}

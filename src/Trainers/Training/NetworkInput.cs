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

    /// <summary>From <see cref="Name"/> to <see cref="Pixels"/>: a vector of Single, row-major in <see cref="Shape"/>.</summary>
    public abstract IEstimator<ITransformer> ToPixels();

    /// <summary>All rows in one tensor [rows, …<see cref="Shape"/>] on the CPU, as compact as they allow.</summary>
    public abstract Tensor Read(IDataView rows, CancellationToken cancel);

    public static DataViewSchema.Column Find(IDataView rows, string name) => rows.Schema.GetColumnOrNull(name) ?? throw new ArgumentException(ImageColumn.Absent(rows.Schema, name));

    /// <summary>A column of pictures.</summary>
    /// <exception cref="ArgumentException">The column is absent or of another type; <paramref name="what"/> learns from it: "a GAN".</exception>
    public static DataViewSchema.Column FindPictures(IDataView rows, string name, string what) => Find(rows, name) is { Type: ImageDataViewType } column ? column
        : throw new ArgumentException($"column '{name}' is {Find(rows, name).Type}; {what} learns from pictures (MLImage): choose another column, or convert this one.");

    /// <summary>A column of pictures, or of vectors of Single of one known size.</summary>
    /// <param name="context">ML.NET's.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="name">The column's.</param>
    /// <param name="what">What learns from it, for errors: "a VAE".</param>
    /// <param name="size">Height and width of the pictures in the network; 0 goes by the first picture.</param>
    /// <param name="channels">1, 3, or 0 to go by the pictures: see <see cref="PictureInput.Decide"/>.</param>
    /// <param name="resizing">How a picture that is not square is made so.</param>
    /// <param name="fit">The largest size up to a given one that the network takes.</param>
    /// <param name="anyVector">Whether vectors may hold any finite values; otherwise these lie in [0, 1], and are pictures where a size or channels are given.</param>
    /// <param name="cancel">Stops looking at pictures.</param>
    /// <exception cref="ArgumentException">The column is absent or of another type.</exception>
    public static NetworkInput Decide(
        MLContext context, IDataView rows, string name, string what, int size, int channels, ImageResizingEstimator.ResizingKind resizing, Func<int, int>? fit = null, bool anyVector = false,
        CancellationToken cancel = default) =>
        Find(rows, name).Type switch
        {
            ImageDataViewType => PictureInput.Decide(context, rows, name, size, channels, resizing, fit, cancel: cancel),
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw }, IsKnownSize: true } column when raw == typeof(float) =>
                anyVector ? new VectorInput(context, name, [column.Size], anyFinite: true) : VectorInput.Decide(context, rows, name, size, channels),
            DataViewType other => throw new ArgumentException($"column '{name}' is {other}; {what} learns from pictures (MLImage) or from vectors of Single of one known size "
                + "(Concatenate makes one of several columns): choose another column, or convert this one."),
        };

    /// <summary>The shape of the column to learn from.</summary>
    /// <param name="columns">The shapes of all.</param>
    /// <param name="name">The column's.</param>
    /// <param name="what">What learns from it, for errors: "a VAE".</param>
    /// <param name="alsoVectors">Whether it may hold vectors of Single, and not only pictures.</param>
    /// <returns>Whether it holds pictures.</returns>
    /// <exception cref="ArgumentException">The column is absent or of another type.</exception>
    public static bool IsPicture(SchemaShape columns, string name, string what, bool alsoVectors = true)
    {
        ArgumentNullException.ThrowIfNull(columns);
        SchemaShape.Column column = columns.FirstOrDefault(c => c.Name == name) is { Name: not null } found ? found : throw SchemaShapes.NoColumn(columns, $"'{name}' to learn from");
        bool isPicture = column.ItemType is ImageDataViewType;
        return isPicture || (alsoVectors && column.Kind == SchemaShape.Column.VectorKind.Vector && column.ItemType.RawType == typeof(float)) ? isPicture
            : throw new ArgumentException($"column '{name}' is {column.Kind} of {column.ItemType}; {what} learns from pictures (MLImage){(alsoVectors ? " or from vectors of Single of one known size" : "")}.");
    }

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

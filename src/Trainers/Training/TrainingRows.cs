using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>Rows in memory that a task learns from, or is judged by.</summary>
internal sealed record TrainingRows(BatchFeed Input, BatchFeed? Label = null) : IDisposable
{
    public long Count => Input.Count;

    /// <summary>SHA-256 of the rows as the network gets them, and of the labels.</summary>
    public required string Hash { get; init; }

    /// <summary>Reads a column, and a label column where there is one.</summary>
    /// <param name="column">What networks get.</param>
    /// <param name="label">The label column's name, and what reads its rows; labels of bytes become floats a batch at a time.</param>
    /// <param name="rows">All of them.</param>
    /// <param name="session">Where they go.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <exception cref="InvalidDataException">A row cannot be read, or the rows come otherwise each time.</exception>
    public static TrainingRows Read(NetworkInput column, (string Name, Func<Tensor> Read)? label, IDataView rows, TrainingSession session, CancellationToken cancel)
    {
        Tensor input = column.Read(rows, cancel);
        Tensor? labels = label?.Read();
        if (labels is not null && labels.shape[0] != input.shape[0])
            throw new InvalidDataException($"there are {input.shape[0]} rows in column '{column.Name}' and {labels.shape[0]} in '{label?.Name}': the rows come otherwise each time they are read.");
        string hash = TrainingData.HashOf(input) + (labels is null ? "" : TrainingData.HashOf(labels));
        BatchFeed? labelFeed = labels is null ? null : new(labels, 1, session.Device, labels.dtype == ScalarType.Byte ? ScalarType.Float32 : labels.dtype);
        return new(new BatchFeed(input, column.Scale, session.Device), labelFeed) { Hash = hash };
    }

    public void Dispose()
    {
        Input.Dispose();
        Label?.Dispose();
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>One pass over the rows of a <see cref="PictureSet"/>: decoded, resized and classed by ML.NET's own cursor.</summary>
internal sealed class PictureReader
{
    private readonly IDataView rows;
    private readonly IDataView bytes;
    private readonly PictureInput column;
    private readonly Func<DataViewRowCursor, Func<int>> classOf;
    private readonly IReadOnlyList<DataViewSchema.Column> classColumns;
    private readonly int? seed;
    private readonly bool isPart;

    /// <summary>A row's number, its planes and its class.</summary>
    public delegate void RowHandler(long row, ReadOnlySpan<byte> picture, int itsClass);

    public PictureReader(
        IDataView rows, PictureInput column, Func<DataViewRowCursor, Func<int>> classOf, IReadOnlyList<DataViewSchema.Column> classColumns, int? seed, bool isPart = false)
    {
        this.rows = rows;
        this.isPart = isPart;
        this.column = column;
        this.classOf = classOf;
        this.classColumns = classColumns;
        bytes = column.Bytes(rows);
        this.seed = bytes.CanShuffle ? seed : null;
    }

    public bool IsShuffled => seed is not null;

    /// <summary>Hands on every row, and returns the SHA-256 of them all.</summary>
    /// <exception cref="InvalidDataException">A row has no picture or cannot be read, or there are other rows than <paramref name="count"/>.</exception>
    public string ReadAll(long count, RowHandler handle, CancellationToken cancel)
    {
        long row = 0;
        bool isReading = true;
        try
        {
            DataViewSchema.Column source = bytes.Schema[NetworkInput.Pixels];
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Append(hash, column.Channels, column.Height, column.Width);
            using DataViewRowCursor cursor = bytes.GetRowCursor(
                [source, .. classColumns.Select(needed => bytes.Schema[needed.Name])], seed is { } shuffle ? new Random(shuffle) : null);
            ValueGetter<VBuffer<byte>> get = cursor.GetGetter<VBuffer<byte>>(source);
            Func<int> getClass = classOf(cursor);
            VBuffer<byte> value = default;
            byte[] planes = new byte[column.Channels * column.Height * column.Width];
            for (; !(isPart && row == count) && cursor.MoveNext(); row++)
            {
                cancel.ThrowIfCancellationRequested();
                if (row == count)
                    throw Changed(count, "more");
                get(ref value);
                if (value.GetValues().Length == 0)
                    throw new EmptyRowException();
                value.CopyTo(planes);
                isReading = false;
                int itsClass = getClass();
                hash.AppendData(planes);
                Append(hash, itsClass);
                handle(row, planes, itsClass);
                isReading = true;
            }
            return row == count ? Convert.ToHexString(hash.GetHashAndReset()) : throw Changed(count, $"{row}");
        }
        catch (Exception e) when (isReading && (e is EmptyRowException || (e is InvalidOperationException && e.GetBaseException() is not InvalidDataException)))
        {
            // ML.NET makes nothing or an error of a row without a picture, by what stood in the row before.
            if (column.MissingPicture(rows, cancel) is { } missing)
                throw missing;
            throw Unreadable(e, row);
        }
        catch (InvalidOperationException e) when (isReading && e.InnerException is not (null or OperationCanceledException))
        {
            throw Unreadable(e, row);
        }
    }

    // ML.NET wraps what a row's mapping threw, and its workers are ahead of this loop.
    private InvalidDataException Unreadable(Exception e, long row) =>
        new($"a row of column '{column.Name}'{(IsShuffled ? "" : $" at or after row {row}")} could not be read: {e.GetBaseException().Message}", e);

    private InvalidDataException Changed(long counted, string read) =>
        new($"the rows of column '{column.Name}' changed between two passes: {counted} were counted, {read} were read. Keep them as they are while training.");

    private static void Append(IncrementalHash hash, params ReadOnlySpan<int> numbers)
    {
        Span<byte> four = stackalloc byte[sizeof(int)];
        foreach (int number in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(four, number);
            hash.AppendData(four);
        }
    }

    private sealed class EmptyRowException() : Exception("it is empty");
}

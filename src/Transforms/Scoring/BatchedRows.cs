using Microsoft.ML;

namespace MLNetGen;

/// <summary>Rows, and what a network makes of them in batches, ahead of the row where the cursor stands. Nothing is run before a cursor's first row is read.</summary>
internal sealed class BatchedRows : IDataView
{
    private readonly BatchedOnnxTransformer transformer;
    private readonly IDataView source, oneByOne;

    // By the place of a column, where it is in the source; null: the network's.
    private readonly int?[] places;

    /// <param name="transformer">Whose network it is.</param>
    /// <param name="source">The rows.</param>
    /// <param name="oneByOne">The same by OnnxTransformer.</param>
    public BatchedRows(BatchedOnnxTransformer transformer, IDataView source, IDataView oneByOne)
    {
        (this.transformer, this.source, this.oneByOne) = (transformer, source, oneByOne);
        int known = 0;
        // A new column comes after the last one of its name, which it hides, or at the end.
        places = [.. Schema.Select(column => known < source.Schema.Count && source.Schema[known].Name == column.Name ? known++ : (int?)null)];
    }

    public DataViewSchema Schema => oneByOne.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return Batched(needed, rand) ?? oneByOne.GetRowCursor(needed, rand);
    }

    // Rows are read by one thread and run by several as it is.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return Batched(needed, rand) is { } batched ? [batched] : oneByOne.GetRowCursorSet(needed, n, rand);
    }

    // Null where nothing of the network is asked for, or what OnnxTransformer alone can make.
    private BatchedCursor? Batched(DataViewSchema.Column[] needed, Random? rand)
    {
        DataViewSchema.Column[] made = [.. needed.Where(column => places[column.Index] is null).DistinctBy(column => column.Index)];
        if (made.Length == 0 || transformer.Session is not { } session)
            return null;
        InputTensor?[] inputs = [.. session.Inputs.Select(name => source.Schema.GetColumnOrNull(name) is { } column ? session.Input(name, column) : null)];
        OutputTensor?[] outputs = [.. made.Select(column => session.OutputOf(column.Name) is { } name ? session.Output(name, column) : null)];
        if (inputs.Contains(null) || outputs.Contains(null))
            return null;
        DataViewSchema.Column[] others = [.. needed.Select(column => places[column.Index]).OfType<int>().Distinct().Select(place => source.Schema[place])];
        KeptColumn[] kept = [.. others.Select(KeptColumn.Of).OfType<KeptColumn>()];
        DataViewSchema.Column[] read = [.. others.Where(column => kept.All(known => known.Column.Index != column.Index))];
        InputTensor[] tensors = [.. inputs.OfType<InputTensor>()];
        RowPreparation? preparation = RowPreparation.Of(source, tensors);
        BatchPlan plan = new(tensors, [.. outputs.OfType<OutputTensor>()], kept, preparation);
        // All walk through the rows in one order.
        int? seed = rand?.Next();
        CancellationToken cancellation = transformer.Options.CancellationToken;
        List<DataViewRowCursor> opened = [];
        try
        {
            DataViewRowCursor? beside = read.Length == 0 ? null : Opened(source, read);
            IEnumerable<DataViewSchema.Column> keptColumns = kept.Select(column => column.Column);
            DataViewRowCursor ahead = preparation is null
                ? Opened(source, tensors.Select(input => input.Column).Concat(keptColumns)) : Opened(preparation.Rows, preparation.Reads.Select(column => column.Column));
            DataViewRowCursor? keptRows = preparation is null || kept.Length == 0 ? null : Opened(source, keptColumns);
            return new BatchedCursor(Schema, places, plan, new ReadAhead(session, plan, ahead, keptRows, source.GetRowCount(), cancellation), beside, cancellation);
        }
        catch
        {
            foreach (DataViewRowCursor cursor in opened) cursor.Dispose();
            throw;
        }

        DataViewRowCursor Opened(IDataView view, IEnumerable<DataViewSchema.Column> columns)
        {
            opened.Add(view.GetRowCursor(columns.DistinctBy(column => column.Index), Random(seed)));
            return opened[^1];
        }
    }

    private static Random? Random(int? seed) => seed is { } number ? new Random(number) : null;
}

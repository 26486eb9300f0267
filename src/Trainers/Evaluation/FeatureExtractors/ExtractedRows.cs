using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Evaluation;

/// <summary>A column that <see cref="ExtractedRows"/> adds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Output">The file's.</param>
/// <param name="Length">Values of a row.</param>
internal sealed record ExtractedColumn(string Name, string Output, int Length);

/// <summary>
/// Rows, and what an extractor says of their pictures: computed when it is asked for, some rows at a time, ahead of the row where the cursor stands. The pictures are read by a
/// cursor of their own; a run of some length tells how far it is.
/// </summary>
internal sealed class ExtractedRows : IDataView
{
    private readonly MLContext context;
    private readonly IDataView rows, pixels;
    private readonly Func<ExtractorSession> session;
    private readonly IReadOnlyList<ExtractedColumn> added;

    /// <param name="context">Its log hears of the progress.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="pixels">The same rows with <see cref="NetworkInput.Pixels"/>.</param>
    /// <param name="session">Gives the session, when a value is asked for.</param>
    /// <param name="added">The new columns.</param>
    public ExtractedRows(MLContext context, IDataView rows, IDataView pixels, Func<ExtractorSession> session, IReadOnlyList<ExtractedColumn> added)
    {
        (this.context, this.rows, this.pixels, this.session, this.added) = (context, rows, pixels, session, added);
        Schema = Widened(rows.Schema, added);
    }

    public DataViewSchema Schema { get; }

    // The pictures are read in the rows' own order.
    public bool CanShuffle => false;

    public long? GetRowCount() => rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        int[] asked = [.. needed.Where(column => column.Index >= rows.Schema.Count).Select(column => column.Index - rows.Schema.Count)];
        return new Cursor(this, rows.GetRowCursor(needed.Where(column => column.Index < rows.Schema.Count).Select(column => rows.Schema[column.Index])), asked);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded)];

    private static DataViewSchema Widened(DataViewSchema schema, IReadOnlyList<ExtractedColumn> added)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumns(schema);
        foreach (ExtractedColumn column in added) builder.AddColumn(column.Name, new VectorDataViewType(NumberDataViewType.Single, column.Length));
        return builder.ToSchema();
    }

    private sealed class Cursor(ExtractedRows view, DataViewRowCursor input, int[] asked) : DataViewRowCursor
    {
        private readonly Ahead? ahead = asked.Length == 0 ? null : new Ahead(view);
        private long row = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        private int Known => view.Schema.Count - view.added.Count;

        public override bool MoveNext()
        {
            row++;
            return input.MoveNext();
        }

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            column.Index < Known ? input.IsColumnActive(input.Schema[column.Index]) : asked.Contains(column.Index - Known);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index < Known)
                return input.GetGetter<TValue>(input.Schema[column.Index]);
            int index = column.Index - Known;
            if (ahead is null || !asked.Contains(index))
                throw new ArgumentException($"column '{column.Name}' was not asked for when this cursor was made.", nameof(column));
            ValueGetter<VBuffer<float>> get = (ref VBuffer<float> value) => ahead.Copy(row, index, ref value);
            return get as ValueGetter<TValue> ?? throw new InvalidOperationException($"column '{column.Name}' holds vectors of Single: read it as VBuffer<float>, not as {typeof(TValue).Name}.");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                ahead?.Dispose();
                input.Dispose();
            }
            base.Dispose(disposing);
        }
    }

    // What is known of some rows from one on.
    private sealed class Ahead : IDisposable
    {
        private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

        private readonly ExtractedRows view;
        private readonly DataViewRowCursor cursor;
        private readonly ValueGetter<VBuffer<float>> get;
        private readonly float[] pixels;
        private readonly Stopwatch since = Stopwatch.StartNew();
        private VBuffer<float> row;
        private float[][] values = [];
        private long first;
        private int filled;

        public Ahead(ExtractedRows view)
        {
            this.view = view;
            DataViewSchema.Column column = view.pixels.Schema[NetworkInput.Pixels];
            cursor = view.pixels.GetRowCursor([column]);
            get = cursor.GetGetter<VBuffer<float>>(column);
            ExtractorSession session = view.session();
            pixels = new float[session.BatchSize * session.PixelCount];
        }

        public void Copy(long at, int index, ref VBuffer<float> value)
        {
            while (at >= first + filled) Fill();
            int length = view.added[index].Length;
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, length);
            values[index].AsSpan((int)(at - first) * length, length).CopyTo(editor.Values);
            value = editor.Commit();
        }

        public void Dispose() => cursor.Dispose();

        private void Fill()
        {
            ExtractorSession session = view.session();
            first += filled;
            filled = 0;
            while (filled < session.BatchSize && cursor.MoveNext())
            {
                get(ref row);
                row.CopyTo(pixels.AsSpan(filled++ * session.PixelCount, session.PixelCount));
            }
            if (filled == 0)
                throw new InvalidOperationException($"there were more than {first} rows when they were counted, and there are no more now: keep them as they are.");
            values = session.Run(pixels, filled, [.. view.added.Select(column => column.Output)]);
            if (since.Elapsed < Between)
                return;
            since.Restart();
            HostLog.Info(view.context, "Features", string.Create(CultureInfo.InvariantCulture, $"features of {first + filled:N0}{(view.GetRowCount() is { } all ? $" of {all:N0}" : "")} pictures"));
        }
    }
}

using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using static MLNetGen.Onnx.Format.TensorProto.Types;

namespace MLNetGen.Tests;

/// <summary>Cursors that read ahead: several at once, ended early, and what goes wrong in the middle of a batch.</summary>
public sealed class BatchedCursorTests : IDisposable
{
    // A hang is told, and does not hold up all tests.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    private readonly MLContext ml = new(seed: 1);
    private readonly SmallModel layer = SmallModel.Layer();

    public void Dispose() => layer.Dispose();

    [Fact]
    public void Cursors_that_take_turns_read_their_own_rows()
    {
        IDataView view = ScoringRow.View(ml, 60);
        using BatchedOnnxTransformer batched = Batched(8, view);
        IDataView ours = batched.Transform(view);
        List<float[]> scores = Rows.Vectors(Plain(view).Transform(view), "Scores");
        using DataViewRowCursor first = ours.GetRowCursor([ours.Schema["Scores"]]), second = ours.GetRowCursor([ours.Schema["Scores"], ours.Schema["Number"]]);
        Func<object> readFirst = Compared.Reader(first, ours.Schema["Scores"]), readSecond = Compared.Reader(second, ours.Schema["Scores"]);
        for (int row = 0; row < 60; row++)
        {
            // The second is half as far.
            Assert.True(first.MoveNext());
            if (row % 2 == 0)
                Assert.True(second.MoveNext());
            Assert.Equal(scores[row], (float[])readFirst(), Close);
            Assert.Equal(scores[row / 2], (float[])readSecond(), Close);
            Assert.Equal(row / 2, second.Position);
        }
        Assert.False(first.MoveNext());
        Assert.Equal(-1, first.Position);
        Assert.True(second.MoveNext());
    }

    [Fact]
    public void Cursors_of_several_threads_share_the_session()
    {
        IDataView view = ScoringRow.View(ml, 200);
        using BatchedOnnxTransformer batched = Batched(8, view);
        IDataView ours = batched.Transform(view);
        List<float[]> scores = Rows.Vectors(Plain(view).Transform(view), "Scores");
        List<float[]>[] found = new List<float[]>[6];
        Thread[] threads = [.. Enumerable.Range(0, found.Length).Select(i => new Thread(() => found[i] = Rows.Vectors(ours, "Scores")))];
        foreach (Thread thread in threads) thread.Start();
        Assert.All(threads, thread => Assert.True(thread.Join(Hang)));
        Assert.All(found, rows => Assert.Equal(scores, rows, (a, b) => a.Zip(b).All(pair => Close(pair.First, pair.Second))));
    }

    [Fact]
    public void A_cursor_set_has_all_rows_once()
    {
        IDataView view = ScoringRow.View(ml, 50);
        using BatchedOnnxTransformer batched = Batched(8, view);
        IDataView ours = batched.Transform(view);
        IEnumerable<int> numbers = ours.GetRowCursorSet(ours.Schema, 4).SelectMany(cursor => Compared.All(cursor, "Number", "Scores")).Select(row => (int)row[0]);
        Assert.Equal(Enumerable.Range(0, 50), numbers.Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    public void A_cursor_that_ends_early_leaves_no_thread(int rows)
    {
        IDataView view = ScoringRow.View(ml, 100_000);
        using BatchedOnnxTransformer batched = Batched(8, view);
        IDataView ours = batched.Transform(view);
        var cursor = (BatchedCursor)ours.GetRowCursor([ours.Schema["Scores"]]);
        for (int i = 0; i < rows; i++) Assert.True(cursor.MoveNext());
        Assert.Equal(rows == 0 ? 0 : 3, cursor.Threads.Count);
        cursor.Dispose();
        Assert.All(cursor.Threads, thread => Assert.False(thread.IsAlive));
        // Twice is once.
        cursor.Dispose();
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void A_cursor_that_is_forgotten_leaves_no_thread()
    {
        IDataView view = ScoringRow.View(ml, 100_000);
        using BatchedOnnxTransformer batched = Batched(8, view);
        IReadOnlyList<Thread> threads = Forgotten(batched.Transform(view));
        Assert.Equal(3, threads.Count);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.All(threads, thread => Assert.True(thread.Join(Hang)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(21)]
    public void What_the_source_throws_is_told_at_its_row_and_the_rows_before_it_come_first(int rows)
    {
        IDataView view = ml.Data.LoadFromEnumerable(ThrowingRows.After(rows, new InvalidDataException("the picture is damaged")));
        using BatchedOnnxTransformer batched = Batched(8, view);
        IDataView ours = batched.Transform(view);
        using DataViewRowCursor cursor = ours.GetRowCursor([ours.Schema["Number"], ours.Schema["Scores"]]);
        Func<object> number = Compared.Reader(cursor, ours.Schema["Number"]), scores = Compared.Reader(cursor, ours.Schema["Scores"]);
        for (int row = 0; row < rows; row++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(row, number());
            Assert.Equal(4, ((float[])scores()).Length);
        }
        for (int again = 0; again < 2; again++)
        {
            InvalidOperationException told = Assert.Throws<InvalidOperationException>(() => cursor.MoveNext());
            Assert.Contains($"row {rows}:", told.Message, StringComparison.Ordinal);
            Assert.IsType<InvalidDataException>(told.GetBaseException());
        }
    }

    [Fact]
    public void A_row_that_the_network_refuses_is_named_and_the_rows_before_it_come_first()
    {
        using SmallModel model = new SmallModel().Input("Number", DataType.Int64, null, 1).Weights("table", [1, 2, 3], 3).Node("Gather", ["table", "Number"], ["Found"])
            .Output("Found", DataType.Float, null, 1).Write();
        IDataView view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new NumberRow { Number = i == 13 ? 99 : i % 3 }));
        using BatchedOnnxTransformer batched = Batched(8, view, model);
        IDataView ours = batched.Transform(view);
        using DataViewRowCursor cursor = ours.GetRowCursor([ours.Schema["Found"]]);
        Func<object> found = Compared.Reader(cursor, ours.Schema["Found"]);
        for (int row = 0; row < 13; row++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal([1f + (row % 3)], (float[])found());
        }
        Assert.Contains("row 13:", Assert.Throws<InvalidOperationException>(() => cursor.MoveNext()).Message, StringComparison.Ordinal);
        Assert.Null(batched.Report.OneAtATime);
    }

    [Fact]
    public void Cancelling_ends_a_cursor_at_a_named_row()
    {
        using CancellationTokenSource cancelling = new();
        IDataView view = ScoringRow.View(ml, 1_000_000);
        ITransformer batched = Plain(view).WithBatching(new OnnxBatchingOptions { BatchSize = 8, Threads = 2, CancellationToken = cancelling.Token });
        IDataView ours = batched.Transform(view);
        using var cursor = (BatchedCursor)ours.GetRowCursor([ours.Schema["Scores"]]);
        for (int row = 0; row < 20; row++) Assert.True(cursor.MoveNext());
        cancelling.Cancel();
        OperationCanceledException told = Assert.Throws<OperationCanceledException>(() => cursor.MoveNext());
        Assert.Contains("row 20", told.Message, StringComparison.Ordinal);
        Assert.All(cursor.Threads, thread => Assert.True(thread.Join(Hang)));
    }

    [Fact]
    public void Columns_of_the_source_never_open_the_session()
    {
        IDataView view = ScoringRow.View(ml, 30);
        using var batched = (BatchedOnnxTransformer)Plain(view).WithBatching(8);
        IDataView ours = batched.Transform(view);
        Assert.Equal(Enumerable.Range(0, 30), ours.GetColumn<int>("Number"));
        Assert.Equal("row 3", Rows.Text(ours, "Name")[3]);
        using (DataViewRowCursor nothing = ours.GetRowCursor([]))
        {
            while (nothing.MoveNext())
            {
            }
        }
        Assert.False(batched.IsOpen);
        Assert.Equal(30, Rows.Vectors(ours, "Scores").Count);
        Assert.True(batched.IsOpen);
    }

    [Fact]
    public void Columns_that_are_not_asked_for_are_not_read()
    {
        int read = 0;
        IDataView view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(ScoringRow.Of));
        IDataView counted = ml.Transforms.CustomMapping<ScoringRow, CountedRow>((from, to) => to.Counted = Interlocked.Increment(ref read), null).Fit(view).Transform(view);
        using BatchedOnnxTransformer batched = Batched(8, counted);
        IDataView ours = batched.Transform(counted);
        Assert.Equal(20, Rows.Vectors(ours, "Scores").Count);
        Assert.Equal(0, read);
        using DataViewRowCursor cursor = ours.GetRowCursor([ours.Schema["Scores"]]);
        Assert.False(cursor.IsColumnActive(ours.Schema["Best"]));
        Assert.Throws<ArgumentException>(() => cursor.GetGetter<int>(ours.Schema["Number"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(ours.Schema["Scores"]));
    }

    [Fact]
    public void A_model_that_is_disposed_of_ends_its_cursors_with_a_sentence()
    {
        IDataView view = ScoringRow.View(ml, 100_000);
        BatchedOnnxTransformer batched = Batched(8, view);
        IDataView ours = batched.Transform(view);
        using DataViewRowCursor cursor = ours.GetRowCursor([ours.Schema["Scores"]]);
        Assert.True(cursor.MoveNext());
        batched.Dispose();
        InvalidOperationException told = Assert.Throws<InvalidOperationException>(() =>
        {
            while (cursor.MoveNext())
            {
            }
        });
        Assert.IsType<ObjectDisposedException>(told.GetBaseException());
        Assert.Throws<ObjectDisposedException>(() => batched.Transform(view));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<Thread> Forgotten(IDataView view)
    {
        var cursor = (BatchedCursor)view.GetRowCursor([view.Schema["Scores"]]);
        Assert.True(cursor.MoveNext());
        return cursor.Threads;
    }

    private static bool Close(float a, float b) => Math.Abs(a - b) < 1e-6;

    private BatchedOnnxTransformer Batched(int batchSize, IDataView view, SmallModel? model = null) =>
        ml.Transforms.ApplyOnnxModelBatched(ml, new BatchedOnnxEstimator.Options { ModelFile = (model ?? layer).Path, BatchSize = batchSize, Threads = 2 }).Fit(view);

    private OnnxTransformer Plain(IDataView view) => ml.Transforms.ApplyOnnxModel(layer.Path).Fit(view);

    private sealed class NumberRow
    {
        public long Number { get; set; }
    }

    private sealed class CountedRow
    {
        public int Counted { get; set; }
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

public class IndexedRowsTests
{
    private readonly MLContext ml = new(seed: 1);
    private int numbersMade;
    private int textsMade;

    private IndexedRows Make(int count) => new(count,
        IndexedColumn.Single("Number", row => { Interlocked.Increment(ref numbersMade); return row; }),
        IndexedColumn.Text("Text", row => { Interlocked.Increment(ref textsMade); return $"row {row}"; }));

    [Fact]
    public void Only_the_columns_read_are_computed_once_a_row()
    {
        Assert.Equal([0f, 1f, 2f], Rows.Column<float>(Make(3), "Number"));
        Assert.Equal((3, 0), (numbersMade, textsMade));
    }

    [Fact]
    public void Taking_and_skipping_rows_computes_none_but_those()
    {
        Assert.Equal(["row 7", "row 8"], Rows.Text(ml.Data.TakeRows(ml.Data.SkipRows(Make(100), 7), 2), "Text"));
        Assert.Equal((0, 2), (numbersMade, textsMade));
    }

    [Fact]
    public void Shuffling_gives_every_row_once_with_its_own_id()
    {
        var view = Make(50);
        using var cursor = view.GetRowCursor(view.Schema, new Random(3));
        var number = cursor.GetGetter<float>(view.Schema["Number"]);
        var id = cursor.GetIdGetter();
        var seen = new List<float>();
        while (cursor.MoveNext())
        {
            float value = 0;
            DataViewRowId rowId = default;
            number(ref value);
            id(ref rowId);
            Assert.Equal(new DataViewRowId((ulong)value, 0), rowId);
            seen.Add(value);
        }
        Assert.NotEqual(seen.Order(), seen);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (float)i), seen.Order());
    }

    [Fact]
    public void Cursors_walk_independently()
    {
        var view = Make(3);
        using var first = view.GetRowCursor(view.Schema);
        using var second = view.GetRowCursor(view.Schema);
        Assert.True(first.MoveNext() && first.MoveNext());
        Assert.True(second.MoveNext());
        Assert.Equal((1L, 0L), (first.Position, second.Position));
    }

    [Fact]
    public void Many_cursors_at_once_read_the_same()
    {
        var moons = new MLContext(seed: 1).Images.MoonPhases(40, size: 16);
        byte[][] Pixels() => [.. Rows.Pictures(moons).Select(p => p.Pixels)];
        var expected = Pixels();
        var read = new byte[8][][];
        Parallel.For(0, read.Length, i => read[i] = Pixels());
        Assert.All(read, pixels => Assert.Equal(expected, pixels));
    }

    [Fact]
    public void Picture_lives_until_the_next_row_s_is_read_into_its_place()
    {
        var moons = ml.Images.MoonPhases(2);
        using var cursor = moons.GetRowCursor([moons.Schema["Image"]]);
        var getter = cursor.GetGetter<MLImage>(moons.Schema["Image"]);
        MLImage image = null!;
        Assert.True(cursor.MoveNext());
        getter(ref image);
        var first = image;
        Assert.Equal(32, first.Width);
        Assert.True(cursor.MoveNext());
        getter(ref image);
        Assert.Equal(32, image.Width);
        Assert.Throws<InvalidOperationException>(() => first.Width);
        image.Dispose();
    }

    [Fact]
    public void Getter_outside_the_rows_is_refused()
    {
        var view = Make(1);
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<float>(view.Schema["Number"]);
        float value = 0;
        Assert.Throws<InvalidOperationException>(() => getter(ref value));
        Assert.True(cursor.MoveNext());
        getter(ref value);
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => getter(ref value));
    }

    [Fact]
    public void Column_not_asked_for_and_type_not_held_are_refused()
    {
        var view = Make(1);
        using var cursor = view.GetRowCursor([view.Schema["Number"]]);
        Assert.False(cursor.IsColumnActive(view.Schema["Text"]));
        Assert.Throws<ArgumentException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Text"]));
        Assert.Contains("Number", Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(view.Schema["Number"])).Message);
    }

    [Fact]
    public void Cached_and_shuffled_view_keeps_all_rows()
    {
        var view = ml.Data.ShuffleRows(ml.Data.Cache(Make(40), "Number"), seed: 5);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (float)i), Rows.Column<float>(view, "Number").Order());
        Assert.Equal(40, numbersMade);
    }

    [Fact]
    public void Train_test_split_parts_the_rows()
    {
        var split = ml.Data.TrainTestSplit(Make(200), testFraction: 0.2);
        var train = Rows.Column<float>(split.TrainSet, "Number");
        var test = Rows.Column<float>(split.TestSet, "Number");
        Assert.Equal(200, train.Union(test).Count());
        Assert.Equal(200, train.Count + test.Count);
        Assert.InRange(test.Count, 10, 80);
    }
}

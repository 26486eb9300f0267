using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

public class RowOperationTests
{
    private readonly MLContext ml = new(seed: 1);

    private IDataView Numbers(int count) =>
        ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Numbered { Id = i, Value = i % 7 }).ToArray());

    private static int[] Ids(IDataView data) => data.GetColumn<int>("Id").ToArray();

    [Fact]
    public void Take_and_skip_share_the_rows()
    {
        Assert.Equal([0, 1, 2], Ids(ml.Data.TakeRows(Numbers(10), 3)));
        Assert.Equal([8, 9], Ids(ml.Data.SkipRows(Numbers(10), 8)));
        Assert.Equal([4, 5], Ids(ml.Data.TakeRows(ml.Data.SkipRows(Numbers(10), 4), 2)));
        Assert.Empty(Ids(ml.Data.SkipRows(Numbers(3), 5)));
        Assert.Equal(2, ml.Data.SkipRows(Numbers(10), 8).GetRowCount());
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Data.TakeRows(Numbers(3), 0));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(10)]
    [InlineData(2)]
    public void Shuffle_gives_each_row_once_in_an_order_that_the_seed_decides(int pool)
    {
        int[] first = Ids(ml.Data.ShuffleRows(Numbers(100), seed: 5, shufflePoolSize: pool));
        int[] again = Ids(ml.Data.ShuffleRows(Numbers(100), seed: 5, shufflePoolSize: pool));
        int[] other = Ids(ml.Data.ShuffleRows(Numbers(100), seed: 6, shufflePoolSize: pool));
        Assert.Equal(Enumerable.Range(0, 100), first.Order());
        Assert.NotEqual(Enumerable.Range(0, 100), first);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void Shuffled_view_repeats_its_order_and_keeps_rows_together()
    {
        IDataView shuffled = ml.Data.ShuffleRows(Numbers(50), shufflePoolSize: 8);
        Assert.Equal(Ids(shuffled), Ids(shuffled));
        foreach (Numbered row in ml.Data.CreateEnumerable<Numbered>(shuffled, false))
            Assert.Equal(row.Id % 7, row.Value);
    }

    [Fact]
    public void Pool_of_few_rows_shuffles_locally()
    {
        int[] ids = Ids(ml.Data.ShuffleRows(Numbers(200), seed: 1, shufflePoolSize: 4));
        // A row cannot come out before the pool has reached it.
        Assert.All(ids.Select((id, position) => id - position), lead => Assert.True(lead < 4));
    }

    [Fact]
    public void Cached_view_shuffles_by_the_random_numbers_of_its_reader()
    {
        IDataView cached = ml.Data.Cache(Numbers(50));
        Assert.True(cached.CanShuffle);
        using DataViewRowCursor cursor = cached.GetRowCursor(cached.Schema, new Random(3));
        ValueGetter<int> id = cursor.GetGetter<int>(cached.Schema["Id"]);
        var ids = new List<int>();
        while (cursor.MoveNext())
        {
            int value = 0;
            id(ref value);
            ids.Add(value);
        }
        Assert.NotEqual(Enumerable.Range(0, 50), ids);
        Assert.Equal(Enumerable.Range(0, 50), ids.Order());
    }

    [Fact]
    public void Split_is_a_partition_of_about_the_fraction_asked_for()
    {
        DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(Numbers(10_000), testFraction: 0.2);
        int[] train = Ids(split.TrainSet);
        int[] test = Ids(split.TestSet);
        Assert.Equal(Enumerable.Range(0, 10_000), train.Concat(test).Order());
        // Five standard deviations of a binomial.
        Assert.InRange(test.Length, 1_800, 2_200);
        Assert.Equal(["Id", "Value"], split.TrainSet.Schema.Select(column => column.Name));
    }

    [Fact]
    public void Split_depends_on_its_seed_else_on_the_contexts()
    {
        int[] Test(MLContext context, int? seed) => Ids(context.Data.TrainTestSplit(Numbers(200), 0.3, seed: seed).TestSet);
        Assert.Equal(Test(ml, 4), Test(ml, 4));
        Assert.NotEqual(Test(ml, 4), Test(ml, 5));
        Assert.Equal(Test(new MLContext(9), null), Test(new MLContext(9), null));
        Assert.Equal(Test(new MLContext(9), null), Test(new MLContext(), 9));
        Assert.Equal(Test(new MLContext(), null), Test(new MLContext(), null));
    }

    [Fact]
    public void Rows_of_one_sampling_key_stay_on_one_side()
    {
        var rows = Enumerable.Range(0, 600).Select(i => new Grouped { Group = $"g{i % 60}", Id = i }).ToArray();
        DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(ml.Data.LoadFromEnumerable(rows), 0.3, samplingKeyColumnName: "Group");
        string[] train = split.TrainSet.GetColumn<string>("Group").Distinct().ToArray();
        string[] test = split.TestSet.GetColumn<string>("Group").Distinct().ToArray();
        Assert.Empty(train.Intersect(test));
        Assert.Equal(60, train.Length + test.Length);
        Assert.InRange(test.Length, 5, 35);
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Data.TrainTestSplit(Numbers(3), 0.1, samplingKeyColumnName: "Nothing"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Split_fraction_lies_strictly_between_0_and_1(double fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Data.TrainTestSplit(Numbers(3), fraction));

    [Fact]
    public void Rows_with_missing_values_are_dropped_vectors_included()
    {
        Point[] rows =
        [
            new() { X = 1, Features = [1, 2, 3] },
            new() { X = float.NaN, Features = [1, 2, 3] },
            new() { X = 3, Features = [1, float.NaN, 3] },
        ];
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        Assert.Equal([1f, 3f], ml.Data.FilterRowsByMissingValues(data, "X").GetColumn<float>("X"));
        Assert.Equal([1f], ml.Data.FilterRowsByMissingValues(data, "X", "Features").GetColumn<float>("X"));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Data.FilterRowsByMissingValues(data, "Name"));
    }

    [Fact]
    public void Range_filter_takes_its_lower_bound_and_leaves_its_upper_one()
    {
        Assert.Equal([2, 3, 9], Ids(ml.Data.FilterRowsByColumn(Numbers(10), "Value", lowerBound: 2, upperBound: 4)));
    }

    [Fact]
    public void Filtered_rows_are_numbered_anew()
    {
        IDataView filtered = ml.Data.FilterRowsByColumn(Numbers(10), "Value", 5, 6);
        using DataViewRowCursor cursor = filtered.GetRowCursor([]);
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Position);
        Assert.False(cursor.IsColumnActive(filtered.Schema["Value"]));
        Assert.Null(filtered.GetRowCount());
    }

    [Fact]
    public void Caching_and_shuffling_leave_out_columns_whose_values_cannot_be_kept()
    {
        DataViewTypeManager.Register(new BoxType(), typeof(Box));
        IDataView boxes = ml.Data.LoadFromEnumerable(new[] { new Boxed { Id = 1 } });
        Assert.Equal(["Box", "Id"], boxes.Schema.Select(column => column.Name).Order());
        Assert.Equal(["Id"], ml.Data.Cache(boxes).Schema.Select(column => column.Name));
        Assert.Equal(["Id"], ml.Data.ShuffleRows(boxes).Schema.Select(column => column.Name));
        Assert.Equal(["Box", "Id"], ml.Data.TakeRows(boxes, 1).Schema.Select(column => column.Name).Order());
        Assert.Throws<InvalidOperationException>(() => ml.Data.Cache(boxes, "Box"));
    }

    private sealed class Box
    {
    }

    private sealed class BoxType() : StructuredDataViewType(typeof(Box))
    {
        public override bool Equals(DataViewType? other) => other is BoxType;

        public override bool Equals(object? obj) => obj is BoxType;

        public override int GetHashCode() => 1;
    }

    private sealed class Boxed
    {
        public int Id { get; set; }

        public Box Box { get; set; } = new();
    }

    private sealed class Grouped
    {
        public string Group { get; set; } = "";

        public int Id { get; set; }
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Training;

public sealed class StratifiedSplitTests
{
    private readonly MLContext ml = new(seed: 1);

    private IDataView View(params string[] labels) => ml.Data.LoadFromEnumerable(labels.Select((label, number) => new Row { Number = number, Label = label }));

    private static int[] Numbers(IDataView view) => [.. view.GetColumn<int>("Number")];

    // So many rows of each class, one class after another.
    private static string[] Labels(params (string Label, int Count)[] classes) => [.. classes.SelectMany(of => Enumerable.Repeat(of.Label, of.Count))];

    [Fact]
    public void Of_ten_rows_one_is_held_out_for_every_seed_and_each_of_them_for_some()
    {
        IDataView rows = View(Labels(("a", 5), ("b", 5)));
        HashSet<int> drawn = [];
        for (int seed = 0; seed < 100; seed++)
        {
            (IDataView train, IDataView test) = ml.Data.StratifiedTrainTestSplit(rows, 0.1, seed: seed);
            int one = Assert.Single(Numbers(test));
            drawn.Add(one);
            Assert.Equal(Enumerable.Range(0, 10).Where(number => number != one), Numbers(train));
            Assert.Equal((9L, 1L), (train.GetRowCount(), test.GetRowCount()));
            Assert.Equal(one, Assert.Single(Numbers(ml.Data.StratifiedTrainTestSplit(rows, 0.1, seed: seed).Test)));
        }
        Assert.Equal(Enumerable.Range(0, 10), drawn.Order());
    }

    [Theory]
    [InlineData(0.25, 10, 5, 1)]
    [InlineData(0.1, 4, 2, 0)]
    [InlineData(0.5, 20, 10, 2)]
    public void Every_class_gives_its_share(double fraction, int a, int b, int c)
    {
        IDataView rows = View(Labels(("a", 40), ("b", 20), ("c", 4)));
        for (int seed = 0; seed < 100; seed++)
        {
            string[] labels = [.. ml.Data.StratifiedTrainTestSplit(rows, fraction, seed: seed).Test.GetColumn<string>("Label")];
            Assert.Equal(new[] { a, b, c }, new[] { "a", "b", "c" }.Select(name => labels.Count(label => label == name)));
        }
    }

    [Fact]
    public void A_class_keeps_a_row_to_be_learnt_from()
    {
        IDataView rows = View(Labels(("a", 2), ("b", 1), ("c", 1)));
        for (int seed = 0; seed < 100; seed++)
        {
            (IDataView train, IDataView test) = ml.Data.StratifiedTrainTestSplit(rows, 0.9, seed: seed);
            Assert.InRange(Assert.Single(Numbers(test)), 0, 1);
            Assert.Equal(["a", "b", "c"], train.GetColumn<string>("Label"));
        }
        Assert.Contains(
            "fraction is 0.1, and no row can be held out of 2 in 2 classes", Assert.Throws<ArgumentException>(() => ml.Data.StratifiedTrainTestSplit(View("a", "b"), 0.1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_without_labels_or_a_label_column_are_split_too()
    {
        Assert.Equal(2, Numbers(ml.Data.StratifiedTrainTestSplit(View(Labels(("", 20))), 0.1).Test).Length);
        Assert.Equal(2, Numbers(ml.Data.StratifiedTrainTestSplit(View(Labels(("a", 20))), 0.1, labelColumnName: null).Test).Length);
        Assert.Contains("fraction is 1", Assert.Throws<ArgumentException>(() => ml.Data.StratifiedTrainTestSplit(View("a", "a"), 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_part_is_ever_empty_and_together_they_are_all()
    {
        IDataView[] views = [View("a", "a"), View("a", "a", "b"), View(Labels(("a", 1), ("b", 1), ("c", 2))), View(Labels(("a", 200), ("b", 1)))];
        foreach (IDataView rows in views)
        {
            int count = Numbers(rows).Length;
            foreach (double fraction in (double[])[1e-9, 0.001, 0.1, 0.5, 0.9, 0.999, 1 - 1e-9])
            {
                for (int seed = 1; seed <= 100; seed++)
                {
                    (IDataView train, IDataView test) = ml.Data.StratifiedTrainTestSplit(rows, fraction, seed: seed);
                    (int[] known, int[] held) = (Numbers(train), Numbers(test));
                    Assert.True(known.Length > 0 && held.Length > 0, $"{fraction}, seed {seed}");
                    Assert.Equal(Enumerable.Range(0, count), known.Concat(held).Order());
                    Assert.Equal(rows.GetColumn<string>("Label").Distinct().Order(), train.GetColumn<string>("Label").Distinct().Order());
                }
            }
        }
        foreach (double fraction in (double[])[0, 1, -0.1, 1.1, double.NaN, double.PositiveInfinity])
            Assert.Throws<ArgumentException>(() => ml.Data.StratifiedTrainTestSplit(views[0], fraction));
    }

    [Fact]
    public void Some_rows_of_all_are_evenly_spread()
    {
        IDataView rows = View(Labels(("a", 7), ("b", 3)));
        Assert.Equal([0, 2, 5, 7], Numbers(RowSubset.Spread(rows, 4)));
        Assert.Equal([0], Numbers(RowSubset.Spread(rows, 1)));
        Assert.Equal(Enumerable.Range(0, 9), Numbers(RowSubset.Spread(rows, 9)));
        Assert.Same(rows, RowSubset.Spread(rows, 10));
    }

    private sealed class Row
    {
        public int Number { get; set; }

        public string Label { get; set; } = "";
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Evaluation;

public class TwoSampleTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Rows_of_one_distribution_cannot_be_told_apart()
    {
        TwoSampleMetrics told = ml.Generative.EvaluateTwoSample(Vectors(1, mean: 0), Vectors(2, mean: 0), "Features");
        Assert.Equal((600, 600), (told.TrainingCount, told.TestCount));
        // Three standard deviations of a guess: √(¼/600).
        Assert.InRange(told.Accuracy, 0.5 - 3 * 0.0204, 0.5 + 3 * 0.0204);
        Assert.True(told.PValue > 0.001);
    }

    [Fact]
    public void Rows_that_do_not_overlap_are_all_told_apart()
    {
        TwoSampleMetrics told = ml.Generative.EvaluateTwoSample(Vectors(1, mean: 0), Vectors(2, mean: 9), "Features");
        Assert.Equal(1, told.Accuracy);
        Assert.Equal(0, told.StandardError);
        Assert.True(told.PValue < 1e-100);
    }

    // N(0, 1) and N(1, 1) in three dimensions are √3 apart: the best that can be is Φ(√3/2) = 0.807.
    [Fact]
    public void Between_them_the_best_classifiers_accuracy_is_near()
    {
        TwoSampleMetrics told = ml.Generative.EvaluateTwoSample(Vectors(1, mean: 0), Vectors(2, mean: 1), "Features");
        Assert.InRange(told.Accuracy, 0.807 - 0.06, 0.807 + 3 * told.StandardError);
        Assert.Equal(Math.Sqrt(told.Accuracy * (1 - told.Accuracy) / told.TestCount), told.StandardError, 1e-12);
    }

    [Fact]
    public void The_seed_decides()
    {
        IDataView a = Vectors(1, mean: 0), b = Vectors(2, mean: 1);
        Assert.Equal(ml.Generative.EvaluateTwoSample(a, b, "Features", seed: 3), ml.Generative.EvaluateTwoSample(a, b, "Features", seed: 3));
        Assert.NotEqual(ml.Generative.EvaluateTwoSample(a, b, "Features", seed: 3), ml.Generative.EvaluateTwoSample(a, b, "Features", seed: 4));
    }

    [Fact]
    public void Pictures_of_one_kind_are_not_told_apart_and_those_of_two_are()
    {
        IDataView moons = ml.Images.MoonPhases(300, 32, seed: 1), others = ml.Images.MoonPhases(300, 32, seed: 2);
        Assert.InRange(ml.Generative.EvaluateTwoSample(moons, others).Accuracy, 0.5 - 3 * 0.0289, 0.5 + 3 * 0.0289);
        // Of another size the same moons are read at one.
        Assert.InRange(ml.Generative.EvaluateTwoSample(moons, Noise(300)).Accuracy, 0.98, 1);
    }

    [Fact]
    public void Too_few_rows_and_columns_that_do_not_fit_are_refused()
    {
        Assert.Contains("at least 20", Assert.Throws<ArgumentException>(() => ml.Generative.EvaluateTwoSample(Vectors(1, 0, 19), Vectors(2, 0), "Features")).Message);
        Assert.Throws<ArgumentException>(() => ml.Generative.EvaluateTwoSample(Vectors(1, 0), Vectors(2, 0), "Absent"));
        Assert.Throws<ArgumentException>(() => ml.Generative.EvaluateTwoSample(Vectors(1, 0), ml.Images.MoonPhases(30), "Image"));
    }

    private IDataView Vectors(int seed, double mean, int count = 600) => ml.Data.LoadFromEnumerable(
        Gaussians.Rows(count, 3, seed, mean).Select(row => new Row { Features = Array.ConvertAll(row, x => (float)x) }).ToArray());

    private static IDataView Noise(int count)
    {
        Random random = new(5);
        byte[] Pixels()
        {
            byte[] bytes = new byte[32 * 32];
            random.NextBytes(bytes);
            return bytes;
        }
        byte[][] all = [.. Enumerable.Range(0, count).Select(_ => Pixels())];
        return new IndexedRows(count, IndexedColumn.Image("Image", new Microsoft.ML.Transforms.Image.ImageDataViewType(32, 32), row => new Picture(32, 32, 1, all[row]).ToImage()));
    }

    private sealed class Row
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }
}

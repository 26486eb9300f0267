using MLNetGen.FineTuning;

namespace MLNetGen.Tests.FineTuning;

public sealed class HeadRegressionTests
{
    // The gradient of summed cross-entropy and L2 term, by its formula: Σ (p − y) x + l2 · W, and Σ (p − y) for the biases.
    [Theory]
    [InlineData(1, 60, 5, 3)]
    [InlineData(50, 60, 5, 3)]
    [InlineData(10, 40, 120, 4)]
    [InlineData(0.1, 30, 2, 2)]
    public void The_gradient_is_zero_at_its_optimum(double l2, int rows, int length, int classCount)
    {
        Random random = new(7);
        int[] classes = [.. Enumerable.Range(0, rows).Select(i => i % classCount)];
        float[][] features = [.. classes.Select(label => Enumerable.Range(0, length).Select(f => (float)(random.NextDouble() * 4 - 2 + (f % classCount == label ? 0.7 : 0))).ToArray())];
        HeadRegression head = HeadRegression.Fit(features, classes, classCount, l2);
        Assert.Equal(classCount * length, head.Weights.Length);
        Assert.Equal(classCount, head.Biases.Length);

        double atOptimum = GradientOf(head), atZero = GradientOf(new(new float[classCount * length], new float[classCount]));
        Assert.InRange(atOptimum / atZero, 0, 2e-3);

        double GradientOf(HeadRegression at)
        {
            double[] weights = [.. at.Weights.Select(w => l2 * w)], biases = new double[classCount];
            for (int row = 0; row < rows; row++)
            {
                double[] logits = [.. Enumerable.Range(0, classCount).Select(c => at.Biases[c] + Enumerable.Range(0, length).Sum(f => (double)at.Weights[c * length + f] * features[row][f]))];
                double sum = logits.Sum(Math.Exp);
                for (int c = 0; c < classCount; c++)
                {
                    double error = Math.Exp(logits[c]) / sum - (c == classes[row] ? 1 : 0);
                    biases[c] += error;
                    for (int f = 0; f < length; f++) weights[c * length + f] += error * features[row][f];
                }
            }

            return Math.Sqrt(weights.Concat(biases).Sum(g => g * g));
        }
    }

    [Fact]
    public void It_is_the_same_every_time_and_a_class_without_rows_gets_the_least_scores()
    {
        float[][] features = [[1, 0], [0, 1], [1, 0.5f], [0.2f, 1]];
        HeadRegression first = HeadRegression.Fit(features, [0, 2, 0, 2], 3, 1), second = HeadRegression.Fit(features, [0, 2, 0, 2], 3, 1);
        Assert.Equal(first.Weights, second.Weights);
        Assert.Equal(first.Biases, second.Biases);
        Assert.All(features, row =>
        {
            double[] logits = [.. Enumerable.Range(0, 3).Select(c => first.Biases[c] + (double)first.Weights[2 * c] * row[0] + (double)first.Weights[2 * c + 1] * row[1])];
            Assert.Equal(logits.Min(), logits[1]);
        });
    }
}

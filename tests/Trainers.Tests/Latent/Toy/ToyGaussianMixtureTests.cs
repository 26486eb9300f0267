using Microsoft.ML;

namespace MLNetGen.Tests.Latent.Toy;

public sealed class ToyGaussianMixtureTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
    private readonly ToyGaussianMixture toy = ToyGaussianMixture.Fit(new MLContext(seed: 1));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_three_components_are_found_again()
    {
        Assert.Equal(Enumerable.Range(0, toy.Steps.Count), toy.Steps.Select(step => step.Step));
        GaussianMixture found = toy.Steps[^1].Mixture;
        int[] order = [.. Enumerable.Range(0, 3).OrderBy(k => found.Means[k][0])];
        foreach ((int k, int place) in order.Select((k, place) => (k, place)))
        {
            Assert.Equal(ToyGaussianMixture.Truth.Weights[place], found.Weights[k], 0.05);
            Assert.Equal(ToyGaussianMixture.Truth.Means[place][0], found.Means[k][0], 0.2);
            Assert.Equal(Math.Sqrt(ToyGaussianMixture.Truth.Covariances[place][0, 0]), Math.Sqrt(found.Covariances[k][0, 0]), 0.15);
        }
        // It starts where it explains little, and the likelihood rises to that of the truth, or beyond: it is fitted to these very numbers.
        double truth = toy.Data.Average(x => ToyGaussianMixture.Truth.LogDensity([x]));
        Assert.True(toy.Steps[0].LogLikelihood < truth - 0.1, $"{toy.Steps[0].LogLikelihood}, {truth}");
        Assert.True(toy.Steps[^1].LogLikelihood >= truth - 1e-3, $"{toy.Steps[^1].LogLikelihood}, {truth}");
        Assert.All(toy.Steps.Zip(toy.Steps.Skip(1)), pair => Assert.True(pair.Second.LogLikelihood >= pair.First.LogLikelihood - 1e-9));
    }

    [Fact]
    public void The_truth_is_a_density_and_the_data_are_drawn_from_it()
    {
        double area = Enumerable.Range(0, 4000).Sum(i => Math.Exp(ToyGaussianMixture.Truth.LogDensity([(float)(-10 + (i / 200.0))])) / 200);
        Assert.Equal(1, area, 1e-3);
        Assert.Equal(2000, toy.Data.Count);
        // 0.5·(−3) + 0.3·0.5 + 0.2·4 = −0.55, its deviation √(Σ π(σ² + μ²) − 0.3025) = 2.86 over √2000.
        Assert.Equal(-0.55, toy.Data.Average(), 3 * 2.86 / Math.Sqrt(2000));
    }

    [Fact]
    public void It_leaves_a_film_a_picture_and_a_page()
    {
        toy.Save(folder);
        Assert.Equal(["toy-mixture.gif", "toy-mixture.html", "toy-mixture.png"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Picture last = PictureFile.Read(Path.Combine(folder, "toy-mixture.png"));
        Assert.Equal((720, 440), (last.Width, last.Height));
        Assert.NotEqual(toy.Draw(toy.Steps[0]).Pixels, last.Pixels);
    }
}

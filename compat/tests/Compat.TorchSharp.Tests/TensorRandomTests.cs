namespace Compat.TorchSharpTests;

// The numbers are PyTorch 1.13's.
public class TensorRandomTests
{
    private static void Near(double[] expected, Tensor actual)
    {
        using var values = actual.to(float64);
        Assert.Equal(expected, values.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void The_seed_gives_PyTorchs_numbers()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(0);
        // One sequence: each drawing goes on where the last one stopped.
        Near([0.49625658988952637, 0.7682217955589294, 0.08847743272781372], rand(3, generator: generator));
        Near([0.3643381893634796, 0.13439632952213287, 0.16421625018119812], randn(3, generator: generator));
        Near([1, 0, 2, 3, 4], randperm(5, generator: generator));
        Near([6, 6, 8, 4], randint(0, 10, [4L], generator: generator));
        Near([1, 0, 0, 1, 0], full(5, 0.5).bernoulli(generator));
        Near([1.6115220785140991, -0.7133491635322571], empty(2).normal_(1, 2, generator));
        Near([-0.6295379400253296, -0.25316524505615234], empty(2).uniform_(-1, 1, generator));
        Near([2, 1], tensor(new[] { 0.1f, 0.2f, 0.7f }).multinomial(2, generator: generator));
    }

    [Fact]
    public void A_generator_of_ones_own_has_its_own_sequence()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator();
        Assert.Same(generator, generator.manual_seed(42));
        Assert.Equal(42, generator.initial_seed());
        Near([0.8822692632675171, 0.9150039553642273], rand(2, generator: generator));
        Near([0.47404009103775024, 0.19778664410114288], randn(2, generator: generator));
    }

    [Fact]
    public void A_generators_state_can_be_put_back()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var state = generator.get_state();
        var first = rand(5, generator: generator);
        generator.set_state(state);
        Assert.True(first.allclose(rand(5, generator: generator)));
    }

    [Fact]
    public void Whole_numbers_are_refused_where_reals_are_drawn()
    {
        Assert.Throws<ArgumentException>(() => rand(2, dtype: int64));
        Assert.Throws<ArgumentException>(() => randn(2, dtype: int32));
    }

    [Fact]
    public void Normal_numbers_have_their_mean_and_deviation()
    {
        using var generator = new Generator(1);
        using var drawn = normal(3, 0.5, [100_000], generator: generator);
        Assert.Equal(3, drawn.mean().ToDouble(), 0.02);
        Assert.Equal(0.5, drawn.std().ToDouble(), 0.02);
    }
}

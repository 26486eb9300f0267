namespace Compat.TorchSharpTests;

// The process has one default generator, default type and number of threads.
[Collection(nameof(AloneCollection))]
public class TensorDefaultsTests
{
    [Fact]
    public void Manual_seed_gives_PyTorchs_numbers()
    {
        using var scope = NewDisposeScope();
        using (manual_seed(0))
        {
        }
        Assert.Equal(0, initial_seed());
        Assert.Equal([0.49625659f, 0.76822180f, 0.08847743f], rand(3).data<float>().ToArray());
    }

    [Fact]
    public void The_state_can_be_put_back()
    {
        using var scope = NewDisposeScope();
        manual_seed(5).Dispose();
        var state = get_rng_state();
        var first = randn(4);
        set_rng_state(state);
        Assert.True(first.allclose(randn(4)));
    }

    [Fact]
    public void The_default_type_is_followed()
    {
        var before = get_default_dtype();
        try
        {
            set_default_dtype(float64);
            using var made = zeros(2);
            Assert.Equal(float64, made.dtype);
        }
        finally
        {
            set_default_dtype(before);
        }
        Assert.Equal(float32, before);
    }

    [Fact]
    public void The_number_of_threads_can_be_set()
    {
        int before = get_num_threads();
        try
        {
            set_num_threads(1);
            Assert.Equal(1, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }
}

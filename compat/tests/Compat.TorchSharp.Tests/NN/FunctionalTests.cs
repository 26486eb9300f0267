using System.Runtime.InteropServices;
using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

/// <summary>Functions against PyTorch 1.13; the picture is sin(0..5) as 2×3.</summary>
public class FunctionalTests
{
    [Fact]
    public void Interpolation_follows_PyTorch_in_every_mode()
    {
        using var scope = NewDisposeScope();
        var picture = Numbers.Sines(1, 1, 2, 3);
        void Check(InterpolationMode mode, float[] expected)
        {
            var resized = functional.interpolate(picture, size: [3, 4], mode: mode);
            Assert.Equal([1, 1, 3, 4], resized.shape);
            Numbers.AssertClose(expected, resized.flatten(), 1e-6);
        }

        Check(InterpolationMode.Nearest, [0f, 0f, 0.841471f, 0.9092974f, 0f, 0f, 0.841471f, 0.9092974f, 0.14112f, 0.14112f, -0.7568025f, -0.9589243f]);
        Check(InterpolationMode.NearestExact, [0f, 0.841471f, 0.841471f, 0.9092974f, 0.14112f, -0.7568025f, -0.7568025f, -0.9589243f, 0.14112f, -0.7568025f, -0.7568025f, -0.9589243f]);
        Check(InterpolationMode.Bilinear, [0f, 0.5259193f, 0.8669059f, 0.9092974f, 0.07056f, 0.05291889f, 0.01715385f, -0.02481344f, 0.14112f, -0.4200815f, -0.8325981f, -0.9589243f]);
        Check(InterpolationMode.Bicubic, [-0.08348616f, 0.6125495f, 1.122131f, 1.07802f, 0.07258597f, 0.05988251f, 0.01503655f, -0.0296331f, 0.228658f, -0.4927843f, -1.092057f, -1.137286f]);
        Check(InterpolationMode.Area, [0f, 0.4207355f, 0.8753842f, 0.9092974f, 0.07056f, 0.05644712f, 0.008760408f, -0.02481344f, 0.14112f, -0.3078412f, -0.8578634f, -0.9589243f]);
    }

    [Fact]
    public void Interpolation_by_a_factor_uses_the_factor_itself_unless_told_to_recompute_it()
    {
        using var scope = NewDisposeScope();
        var picture = Numbers.Sines(1, 1, 2, 3);

        var given = functional.interpolate(picture, scale_factor: [1.6, 1.6], mode: InterpolationMode.Bilinear);
        var recomputed = functional.interpolate(
            picture, scale_factor: [1.6, 1.6], mode: InterpolationMode.Bilinear, recompute_scale_factor: true);

        Numbers.AssertClose([0f, 0.3681436f, 0.8457101f, 0.8881016f, 0.06174f, 0.09695277f, 0.1390841f, 0.1076616f, 0.14112f, -0.2517211f, -0.7694351f, -0.8957613f], given.flatten(), 1e-6);
        Numbers.AssertClose([0f, 0.5259193f, 0.8669059f, 0.9092974f, 0.07056f, 0.05291889f, 0.01715385f, -0.02481344f, 0.14112f, -0.4200815f, -0.8325981f, -0.9589243f], recomputed.flatten(), 1e-6);
    }

    [Fact]
    public void Antialiased_interpolation_averages_what_it_shrinks()
    {
        using var scope = NewDisposeScope();
        var small = functional.interpolate(Numbers.Sines(1, 1, 4, 4), size: [2, 3], mode: InterpolationMode.Bilinear, antialias: true);
        Numbers.AssertClose([-0.1255438f, 0.1003845f, 0.1971026f, 0.1260667f, 0.1855911f, 0.006231222f], small.flatten(), 1e-6);
    }

    [Fact]
    public void Interpolation_wants_a_size_or_factors_and_not_both()
    {
        using var scope = NewDisposeScope();
        var picture = Numbers.Sines(1, 1, 2, 3);
        Assert.Throws<ExternalException>(() => functional.interpolate(picture));
        Assert.Throws<ExternalException>(() => functional.interpolate(picture, size: [2, 2], scale_factor: [1, 1]));
        Assert.Throws<ExternalException>(() => functional.interpolate(picture, size: [2]));
    }

    [Fact]
    public void Normalize_divides_by_the_norm()
    {
        using var scope = NewDisposeScope();
        Numbers.AssertClose([0f, 0.6792033f, 0.7339502f, 0.1147582f, -0.6154288f, -0.7797935f], functional.normalize(Numbers.Sines(2, 3)).flatten(), 1e-6);
        Numbers.AssertClose([0f, 0.5264875f, 0.4867181f, 1f, -0.4735125f, -0.5132818f], functional.normalize(Numbers.Sines(2, 3), p: 1, dim: 0).flatten(), 1e-6);
    }

    [Fact]
    public void Circular_padding_goes_round()
    {
        using var scope = NewDisposeScope();
        var padded = functional.pad(Numbers.Sines(1, 1, 2, 3), (1, 2, 0, 1), PaddingModes.Circular);
        Numbers.AssertClose([0.9092974f, 0f, 0.841471f, 0.9092974f, 0f, 0.841471f, -0.9589243f, 0.14112f, -0.7568025f, -0.9589243f, 0.14112f, -0.7568025f, 0.9092974f, 0f, 0.841471f, 0.9092974f, 0f, 0.841471f], padded.flatten(), 1e-6);
    }

    [Fact]
    public void One_number_pads_every_dimension()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([3, 4], functional.pad(Numbers.Sines(1, 2), 1).shape);
    }

    [Fact]
    public void One_hot_counts_the_classes_when_not_told()
    {
        using var scope = NewDisposeScope();
        var hot = functional.one_hot(tensor(new[] { 2L, 0 }));
        Assert.Equal([0L, 0, 1, 1, 0, 0], hot.flatten().data<long>().ToArray());
        Assert.Equal([2, 5], functional.one_hot(tensor(new[] { 2L, 0 }), 5).shape);
    }

    [Fact]
    public void An_activation_in_place_changes_its_input_and_returns_a_handle_of_its_own()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { -1f, 2f });
        var y = functional.relu(x, inplace: true);
        Assert.NotSame(x, y);
        y.Dispose();
        Assert.Equal([0f, 2f], x.data<float>().ToArray());
    }

    [Fact]
    public void Pooling_gives_values_and_where_they_were()
    {
        using var scope = NewDisposeScope();
        var (values, indices) = functional.max_pool2d_with_indices(tensor(new[] { 1f, 5, 2, 3, 4, 0, 9, 7 }).reshape(1, 1, 2, 4), [2, 2]);
        Assert.Equal([5f, 9f], values.flatten().data<float>().ToArray());
        Assert.Equal([1L, 6], indices.flatten().data<long>().ToArray());
    }
}

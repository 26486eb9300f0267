using MLNetGen.Style;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Style;

public class TemporalLossTests
{
    [Fact]
    public void It_is_the_mean_square_between_a_moved_pictures_painting_and_the_paintings_same_part()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using TransformNetwork network = new(new StyleShape(StyleNetwork.Small, 1, StyleUpsampling.NearestConvolution, StylePadding.Reflection));
        Tensor pixels = rand(2, 3, 40, 44) * 255;
        Tensor painted = network.call([pixels]);

        manual_seed(7);
        double loss = new TemporalLoss(0.5).Of(network.call, painted, pixels, [], new Random(3)).ToDouble();

        // The same draws: down and right from 0 to 4, then the noise.
        Random draws = new(3);
        long down = draws.Next(5), right = draws.Next(5);
        Assert.NotEqual(down, right);
        manual_seed(7);
        Tensor part = pixels[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(down, down + 36), TensorIndex.Slice(right, right + 40)];
        Tensor again = network.call([part + randn_like(part) * 5]);
        Tensor same = painted[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(down, down + 36), TensorIndex.Slice(right, right + 40)];
        Assert.Equal(0.5 * (again - same).pow(2).mean().ToDouble(), loss, 3);
        // Elsewhere the painting is another: the test would notice.
        Tensor other = painted[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(right, right + 36), TensorIndex.Slice(down, down + 40)];
        Assert.True(Math.Abs(0.5 * (again - other).pow(2).mean().ToDouble() - loss) > 0.1);
    }
}

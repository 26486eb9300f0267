using MLNetGen.Style;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Style;

public class ContentAugmentationTests
{
    [Fact]
    public void Half_of_the_pictures_are_collages_of_four_and_all_change_in_contrast_and_brightness_alone()
    {
        using var scope = NewDisposeScope();
        // Pictures of one colour each, with a slope that tells up from down.
        Tensor pixels = cat([.. Enumerable.Range(0, 4).Select(i => linspace(90 + 10 * i, 100 + 10 * i, 64).reshape(1, 1, 64, 1).expand(1, 3, 64, 64))], 0).contiguous();
        Random draws = new(1);
        int collages = 0;
        for (int batch = 0; batch < 50; batch++)
        {
            using var inner = NewDisposeScope();
            Tensor augmented = ContentAugmentation.Of(pixels, draws);
            Assert.Equal(pixels.shape, augmented.shape);
            Assert.InRange(augmented.min().ToDouble(), 0, 255);
            for (int picture = 0; picture < 4; picture++)
            {
                // At half the size the slope is twice as steep, whatever the contrast.
                Tensor column = augmented[picture, 0, TensorIndex.Colon, 0];
                double steepness = (column[20] - column[10]).ToDouble() / (10 * 10 / 63.0);
                bool isCollage = steepness > 1.55;
                Assert.InRange(steepness / (isCollage ? 2 : 1), 0.79, 1.51);
                collages += isCollage ? 1 : 0;
            }
        }
        // 200 throws of a coin.
        Assert.InRange(collages, 75, 125);
        Assert.Equal(100, pixels[0].max().ToDouble(), 3);
    }
}

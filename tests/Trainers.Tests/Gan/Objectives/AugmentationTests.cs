using static TorchSharp.torch;

namespace MLNetGen.Tests.Gan;

public class AugmentationTests
{
    public AugmentationTests() => manual_seed(1);

    [Fact]
    public void Colours_change_as_the_paper_says()
    {
        // One picture of one pixel: red 0.6, green 0, blue −0.3, whose grey is 0.1.
        Tensor pixel = tensor(new[] { 0.6f, 0, -0.3f }, [1, 3, 1, 1]);
        Equal([0.85f, 0.25f, -0.05f], ColorChange.Brighten(pixel, Each(0.25f)));
        Equal([1.1f, -0.1f, -0.7f], ColorChange.Saturate(pixel, Each(2)));
        Equal([0.1f, 0.1f, 0.1f], ColorChange.Saturate(pixel, Each(0)));

        // Two pixels of grey, mean 0.25.
        Equal([-0.125f, 0.625f], ColorChange.Contrast(tensor(new[] { 0, 0.5f }, [1, 1, 1, 2]), Each(1.5f)));
    }

    [Fact]
    public void A_shifted_picture_has_zeros_where_nothing_was()
    {
        Tensor picture = arange(1, 10, float32).reshape(1, 1, 3, 3);
        Equal([5, 6, 0, 8, 9, 0, 0, 0, 0], PlaceChange.Shift(picture, Each(1L), Each(1L)));
        Equal([0, 0, 0, 1, 2, 3, 4, 5, 6], PlaceChange.Shift(picture, Each(-1L), Each(0L)));
        Equal(new float[9], PlaceChange.Shift(picture, Each(0L), Each(5L)));
    }

    [Fact]
    public void A_cut_square_may_reach_over_the_edge()
    {
        Tensor picture = ones(1, 1, 4, 4);
        Equal([0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], PlaceChange.Cut(picture, Each(0L), 2, Each(-1L), 2));
        Equal([1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1], PlaceChange.Cut(picture, Each(1L), 2, Each(1L), 2));
    }

    [Fact]
    public void Every_picture_of_a_batch_is_changed_by_itself()
    {
        Tensor picture = arange(1, 10, float32).reshape(1, 1, 3, 3);
        Tensor shifted = PlaceChange.Shift(cat([picture, picture], 0), tensor(new[] { 1L, 0 }), tensor(new[] { 0L, 1 }));
        Equal([4, 5, 6, 7, 8, 9, 0, 0, 0, 2, 3, 0, 5, 6, 0, 8, 9, 0], shifted);
    }

    [Fact]
    public void Draws_have_the_papers_ranges()
    {
        // Of a white picture, brightness alone moves the mean; shifts take up to an eighth from an edge.
        Tensor white = ones(4000, 1, 16, 16);
        Tensor brightness = Augmentation.Apply(white, DiffAugment.Color).mean([1L, 2L, 3L]) - 1;
        Assert.InRange(brightness.min().item<float>(), -0.5, -0.49);
        Assert.InRange(brightness.max().item<float>(), 0.49, 0.5);

        Tensor moved = Augmentation.Apply(white, DiffAugment.Translation);
        long[] columns = [.. moved[TensorIndex.Colon, 0, 8].sum(1).data<float>().ToArray().Select(x => (long)x)];
        Assert.Equal([14, 15, 16], columns.Distinct().Order());
        // Of −2 … 2, one in five is 0.
        Assert.Equal(0.2, columns.Count(x => x == 16) / 4000.0, 0.03);

        Tensor cut = Augmentation.Apply(white, DiffAugment.Cutout);
        float[] zeros = [.. (1 - cut).sum([1L, 2L, 3L]).data<float>()];
        Assert.Equal(64, zeros.Max());
        Assert.Equal(16, zeros.Min());
    }

    [Fact]
    public void Gradients_go_back_to_the_pixels_that_are_left()
    {
        Tensor pictures = randn(6, 3, 16, 16).requires_grad_(true);
        Tensor changed = Augmentation.Apply(pictures, DiffAugment.Translation | DiffAugment.Cutout);
        changed.square().sum().backward();
        // What is left is as it was, and 2x is its gradient; what is gone has none.
        Assert.Equal(changed.square().sum().item<float>() * 4, pictures.grad!.square().sum().item<float>(), 0.5);
        Assert.Equal((changed != 0).sum().item<long>(), (pictures.grad != 0).sum().item<long>());

        Tensor colored = randn(2, 3, 4, 4).requires_grad_(true);
        Augmentation.Apply(colored, DiffAugment.Color).sum().backward();
        // Saturation and contrast keep the mean, brightness adds to it.
        Assert.True(colored.grad!.allclose(ones_like(colored), 1e-4, 1e-4));
    }

    [Fact]
    public void Nothing_asked_for_is_nothing_done()
    {
        Tensor pictures = randn(1, 3, 4, 4);
        Assert.Same(pictures, Augmentation.Apply(pictures, DiffAugment.None));
    }

    private static Tensor Each(float value) => full([1, 1, 1, 1], value);

    private static Tensor Each(long value) => tensor(new[] { value });

    private static void Equal(float[] expected, Tensor found) =>
        Assert.All(expected.Zip(found.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
}

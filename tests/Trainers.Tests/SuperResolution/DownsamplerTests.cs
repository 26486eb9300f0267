using static TorchSharp.torch;

namespace MLNetGen.Tests.SuperResolution;

public sealed class DownsamplerTests
{
    [Fact]
    public void Small_pictures_are_those_of_SciPys_Gaussian_and_PyTorchs_bicubic_interpolation()
    {
        foreach (SuperResolutionFixture.Small expected in SuperResolutionFixture.Read().Shrunk)
        {
            using var scope = NewDisposeScope();
            Tensor picture = SuperResolutionFixture.Sample(expected.Width, expected.Height, 1).ToPlanes();

            Tensor small = Downsampler.Interpolated(picture, expected.Factor);

            Assert.Equal([1, 3, expected.Height / expected.Factor, expected.Width / expected.Factor], small.shape);
            Assert.All(expected.Values.Zip(small.flatten().data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
            Assert.All(expected.Values.Zip(Downsampler.Downsample(picture, expected.Factor).flatten().data<float>().ToArray()), pair => Assert.InRange(Math.Abs(Math.Clamp(pair.First, 0, 255) - pair.Second), 0, 0.5001));
        }
    }

    [Fact]
    public void A_plain_picture_stays_plain()
    {
        using var scope = NewDisposeScope();
        Tensor plain = full([2, 3, 16, 24], 77f);

        Assert.True(Downsampler.Downsample(plain, 4).eq(77).all().item<bool>());
        Assert.True(Downsampler.Bicubic(Downsampler.Downsample(plain, 4), 4).eq(77).all().item<bool>());
    }

    // Half way between four pixels, Keys' cubic with a = −0.75 weighs them −3/32, 19/32, 19/32, −3/32; the blur spreads one row of light evenly.
    [Fact]
    public void A_line_of_light_is_spread_as_the_two_formulas_say()
    {
        using var scope = NewDisposeScope();
        Tensor line = zeros(1, 3, 32, 32);
        line[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Colon, 17] = 255;
        double sum = Enumerable.Range(-4, 9).Sum(x => Math.Exp(-x * x / 2.0));
        double Blurred(int x) => Math.Abs(x - 17) <= 4 ? 255 * Math.Exp(-(x - 17) * (x - 17) / 2.0) / sum : 0;

        float[] small = Downsampler.Interpolated(line, 4)[0, 0, 3].data<float>().ToArray();

        for (int i = 0; i < 8; i++)
            Assert.Equal((-3 * Blurred(4 * i) + 19 * Blurred(4 * i + 1) + 19 * Blurred(4 * i + 2) - 3 * Blurred(4 * i + 3)) / 32, small[i], 1e-3);
    }

    [Fact]
    public void The_eight_symmetries_differ_and_keep_every_pixel()
    {
        using var scope = NewDisposeScope();
        Tensor square = arange(16, dtype: ScalarType.Float32).reshape(1, 1, 4, 4);
        string[] all = [.. Enumerable.Range(0, Symmetry.Count).Select(which => string.Join(' ', Symmetry.Of(square, which).data<float>().ToArray()))];

        Assert.Equal(8, all.Distinct().Count());
        Assert.Equal(string.Join(' ', square.data<float>().ToArray()), all[0]);
        Assert.All(all, one => Assert.Equal(Enumerable.Range(0, 16).Select(i => (float)i), one.Split(' ').Select(float.Parse).Order()));
    }
}

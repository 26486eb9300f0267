namespace MLNetGen.Tests;

public class ColorMatchingTests
{
    private static readonly Picture Photograph = MadePictures.Normal(80, 60, [120, 110, 90], new double[,] { { 20, 0, 0 }, { 12, 14, 0 }, { -6, 5, 11 } }, seed: 1);
    private static readonly Picture Painting = MadePictures.Normal(70, 90, [100, 130, 150], new double[,] { { 15, 0, 0 }, { -9, 18, 0 }, { 10, 4, 8 } }, seed: 2);

    [Fact]
    public void Mean_and_covariance_become_the_targets()
    {
        var matched = ColorMatching.MatchMeanAndCovariance(Photograph, Painting);

        Assert.Equal((80, 60, 3), (matched.Width, matched.Height, matched.Channels));
        for (var a = 0; a < 3; a++)
        {
            Assert.Equal(MadePictures.Mean(Painting, a), MadePictures.Mean(matched, a), 0.1);
            for (var b = 0; b < 3; b++)
            {
                // Rounding to bytes adds a twelfth to the variances.
                Assert.Equal(MadePictures.Covariance(Painting, a, b), MadePictures.Covariance(matched, a, b), 2.0);
            }
        }
    }

    [Fact]
    public void A_stretch_of_one_channel_is_the_ratio_of_the_deviations()
    {
        // Red alone varies, by ±10 about 100 and by ±20 about 60: 90 ↦ 40 and 110 ↦ 80.
        var from = new Picture(2, 1, 3, [90, 50, 50, 110, 50, 50]);
        var to = new Picture(2, 1, 3, [40, 7, 9, 80, 7, 9]);
        Assert.Equal([40, 7, 9, 80, 7, 9], ColorMatching.MatchMeanAndCovariance(from, to).Pixels);
    }

    [Fact]
    public void A_picture_matched_to_itself_stays()
    {
        Assert.Equal(Photograph.Pixels, ColorMatching.MatchMeanAndCovariance(Photograph, Photograph).Pixels);
        Assert.Equal(Photograph.Pixels, ColorMatching.MatchHistograms(Photograph, Photograph).Pixels);
    }

    [Fact]
    public void A_grey_picture_takes_the_targets_mean_colour_and_a_single_direction()
    {
        var grey = MadePictures.Uniform(30, 30, 1, seed: 3);
        var target = MadePictures.Normal(50, 50, [90, 128, 140], new double[,] { { 10, 0, 0 }, { 8, 6, 0 }, { 6, 2, 5 } }, seed: 4);
        var matched = ColorMatching.MatchMeanAndCovariance(grey, target);
        for (var c = 0; c < 3; c++)
            Assert.Equal(MadePictures.Mean(target, c), MadePictures.Mean(matched, c), 0.1);
        // Every channel is a straight line of the grey: correlation 1, but for rounding.
        var correlation = MadePictures.Covariance(matched, 0, 1) / Math.Sqrt(MadePictures.Covariance(matched, 0, 0) * MadePictures.Covariance(matched, 1, 1));
        Assert.True(Math.Abs(correlation) > 0.99, $"{correlation}");
    }

    [Fact]
    public void One_colour_becomes_the_targets_mean_or_median()
    {
        var solid = MadePictures.Solid(4, 4, 10, 20, 30);
        var target = new Picture(3, 1, 3, [0, 0, 0, 30, 60, 90, 240, 240, 240]);
        Assert.Equal([90, 100, 110], ColorMatching.MatchMeanAndCovariance(solid, target).Pixels[..3]);
        Assert.Equal([30, 60, 90], ColorMatching.MatchHistograms(solid, target).Pixels[..3]);
    }

    [Fact]
    public void A_single_pixel_can_be_matched()
    {
        var pixel = MadePictures.Solid(1, 1, 1, 2, 3);
        Assert.Equal([9, 8, 7], ColorMatching.MatchMeanAndCovariance(pixel, MadePictures.Solid(1, 1, 9, 8, 7)).Pixels);
        Assert.Equal([9, 8, 7], ColorMatching.MatchHistograms(pixel, MadePictures.Solid(1, 1, 9, 8, 7)).Pixels);
    }

    [Fact]
    public void Pixels_all_different_take_the_targets_values_in_their_order()
    {
        var from = new Picture(4, 1, 1, [40, 10, 30, 20]);
        var to = new Picture(2, 2, 1, [200, 100, 150, 250]);
        byte[] expected = [250, 100, 200, 150];
        Assert.Equal(expected, MadePictures.Channel(ColorMatching.MatchHistograms(from, to), 0).Select(value => (byte)value));
    }

    [Fact]
    public void Histograms_become_the_targets_as_far_as_the_picture_has_levels()
    {
        var matched = ColorMatching.MatchHistograms(Photograph, Painting);
        for (var c = 0; c < 3; c++)
        {
            var (ours, theirs) = (Sorted(matched, c), Sorted(Painting, c));
            foreach (var quantile in new[] { 0.05, 0.25, 0.5, 0.75, 0.95 })
                Assert.Equal(theirs[(int)(quantile * theirs.Length)], ours[(int)(quantile * ours.Length)], 2.0);
        }

        static double[] Sorted(Picture picture, int channel) => [.. MadePictures.Channel(picture, channel).Order()];
    }
}

using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Tests.SuperResolution;

namespace MLNetGen.Tests.Evaluation;

public sealed class PictureQualityTests
{
    [Fact]
    public void Both_figures_are_those_of_scikit_image()
    {
        foreach (SuperResolutionFixture.Figures expected in SuperResolutionFixture.Read().Quality)
        {
            Picture truth = SuperResolutionFixture.Sample(expected.Width, expected.Height, 0), other = SuperResolutionFixture.Sample(expected.Width, expected.Height, 2);
            Assert.Equal(expected.LuminancePsnr, PictureQuality.PeakSignalToNoise(other, truth), 9);
            Assert.Equal(expected.LuminanceSsim, PictureQuality.StructuralSimilarity(other, truth), 9);
            Assert.Equal(expected.RgbPsnr, PictureQuality.PeakSignalToNoise(other, truth, PictureChannels.Rgb), 9);
            Assert.Equal(expected.RgbSsim, PictureQuality.StructuralSimilarity(other, truth, PictureChannels.Rgb), 9);
        }
    }

    [Fact]
    public void An_error_of_one_level_everywhere_is_48_decibels()
    {
        Picture truth = SuperResolutionFixture.Sample(16, 12, 0);
        Picture other = new(16, 12, 3, Array.ConvertAll(truth.Pixels, value => (byte)(value < 255 ? value + 1 : value - 1)));

        Assert.Equal(20 * Math.Log10(255), PictureQuality.PeakSignalToNoise(other, truth, PictureChannels.Rgb), 12);
    }

    [Fact]
    public void A_picture_is_like_itself()
    {
        Picture picture = SuperResolutionFixture.Sample(20, 15, 3);

        Assert.Equal(double.PositiveInfinity, PictureQuality.PeakSignalToNoise(picture, picture));
        Assert.Equal(1, PictureQuality.StructuralSimilarity(picture, picture), 12);
    }

    [Fact]
    public void A_grey_picture_counts_as_one_of_three_equal_colours()
    {
        byte[] levels = [.. Enumerable.Range(0, 12 * 12).Select(i => (byte)(i * 29))], others = [.. levels.Select(level => (byte)(level ^ 8))];
        Picture Colours(byte[] grey) => new(12, 12, 3, [.. grey.SelectMany(level => Enumerable.Repeat(level, 3))]);
        foreach (PictureChannels channels in Enum.GetValues<PictureChannels>())
        {
            Assert.Equal(
                PictureQuality.PeakSignalToNoise(Colours(others), Colours(levels), channels), PictureQuality.PeakSignalToNoise(new Picture(12, 12, 1, others), new Picture(12, 12, 1, levels), channels), 12);
            Assert.Equal(
                PictureQuality.StructuralSimilarity(Colours(others), Colours(levels), channels), PictureQuality.StructuralSimilarity(new Picture(12, 12, 1, others), Colours(levels), channels), 12);
        }
    }

    [Fact]
    public void Pictures_of_two_sizes_and_too_small_ones_are_refused()
    {
        Picture picture = SuperResolutionFixture.Sample(12, 11, 0);
        Assert.Contains("12×11", Assert.Throws<ArgumentException>(() => PictureQuality.PeakSignalToNoise(picture, SuperResolutionFixture.Sample(11, 12, 0))).Message, StringComparison.Ordinal);
        Picture small = SuperResolutionFixture.Sample(12, 10, 0);
        Assert.Contains("11×11", Assert.Throws<ArgumentException>(() => PictureQuality.StructuralSimilarity(small, small)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_columns_are_compared_row_by_row()
    {
        MLContext context = new();
        IndexedRows rows = new(2,
            IndexedColumn.Image("Truth", new ImageDataViewType(), row => SuperResolutionFixture.Sample(20 + row, 15, 0).ToImage()),
            IndexedColumn.Image("Made", new ImageDataViewType(), row => SuperResolutionFixture.Sample(20 + row, 15, row * 2).ToImage()));
        Picture truth = SuperResolutionFixture.Sample(21, 15, 0), made = SuperResolutionFixture.Sample(21, 15, 2);

        PictureQualityMetrics metrics = context.Generative.EvaluatePictures(rows, "Made", "Truth");

        // The first row's pictures are equal, which counts as 100 dB and 1.
        Assert.Equal(2, metrics.Count);
        Assert.Equal((100 + PictureQuality.PeakSignalToNoise(made, truth)) / 2, metrics.PeakSignalToNoise, 9);
        Assert.Equal((1 + PictureQuality.StructuralSimilarity(made, truth)) / 2, metrics.StructuralSimilarity, 9);
        Assert.Equal((1 + PictureQuality.StructuralSimilarity(made, truth, PictureChannels.Rgb)) / 2, metrics.RgbStructuralSimilarity, 9);
        Assert.Throws<ArgumentException>(() => context.Generative.EvaluatePictures(context.Data.SkipRows(rows, 2), "Made", "Truth"));
    }
}

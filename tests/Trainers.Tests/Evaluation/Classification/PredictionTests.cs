using Microsoft.ML;

namespace MLNetGen.Tests.Classification;

public class PredictionTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void The_likeliest_classes_come_first_and_of_equal_ones_the_first_class()
    {
        IReadOnlyList<PicturePrediction> read = ml.MulticlassClassification.ReadPredictions(Scored([0.2f, 0.2f, 0.6f], [float.NaN, 0, 1], [1, 0, 0]), count: 2);
        Assert.Equal(["tit", "auk"], read[0].Top.Select(one => one.Name));
        Assert.Equal(0.6, read[0].Top[0].Probability, 1e-6);
        Assert.Equal((0, "moon#0"), (read[0].Row, read[0].Path));
        Assert.Empty(read[1].Top);
        Assert.Equal(["auk", "owl"], read[2].Top.Select(one => one.Name));
        Assert.Equal(3, ml.MulticlassClassification.ReadPredictions(Scored([1, 0, 0]), count: 9)[0].Top.Count);
    }

    [Fact]
    public void A_sheet_shows_the_picture_and_a_bar_as_long_as_the_probability()
    {
        IDataView scored = Scored([0.25f, 0, 0.75f], [1, 0, 0]);
        IReadOnlyList<PicturePrediction> read = ml.MulticlassClassification.ReadPredictions(scored, count: 2);
        Picture sheet = ml.MulticlassClassification.DrawPredictions(scored, read, columns: 2);
        Picture alone = ml.MulticlassClassification.DrawPredictions(scored, [read[0]], columns: 2);
        Assert.Equal(sheet.Height, alone.Height);
        // The bar of the likeliest class: its colour begins and ends somewhere on its lowest row of pixels.
        int row = LastRowOf(alone, (146, 190, 240));
        int[] blue = [.. Enumerable.Range(0, alone.Width).Where(x => Pixel(alone, x, row) == (146, 190, 240))];
        Assert.Equal(0.75 * 192, blue[^1] - blue[0] + 1, 1.0);
        Assert.Throws<ArgumentException>(() => ml.MulticlassClassification.DrawPredictions(scored, []));
    }

    private IDataView Scored(params float[][] scores)
    {
        IDataView moons = ml.Images.MoonPhases(scores.Length);
        IDataView with = ml.Transforms.CustomMapping<Moon, Scores>((moon, to) => (to.auk, to.owl, to.tit) = Of(scores[int.Parse(moon.Path.Split('#')[1])]), null).Fit(moons).Transform(moons);
        return ml.Transforms.Concatenate("Score", "auk", "owl", "tit").Fit(with).Transform(with);

        static (float, float, float) Of(float[] values) => (values[0], values[1], values[2]);
    }

    private static int LastRowOf(Picture picture, (int, int, int) colour) =>
        Enumerable.Range(0, picture.Height).Last(y => Enumerable.Range(0, picture.Width).Any(x => Pixel(picture, x, y) == colour));

    private static (int R, int G, int B) Pixel(Picture picture, int x, int y)
    {
        int at = ((y * picture.Width) + x) * 3;
        return (picture.Pixels[at], picture.Pixels[at + 1], picture.Pixels[at + 2]);
    }

    private sealed class Moon
    {
        public string Path { get; set; } = "";
    }

    private sealed class Scores
    {
        public float auk { get; set; }

        public float owl { get; set; }

        public float tit { get; set; }
    }
}

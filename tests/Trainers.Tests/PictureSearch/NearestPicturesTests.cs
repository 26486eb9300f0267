using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.PictureSearch;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Neighbours;

public class NearestPicturesTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Training_pictures_find_themselves_at_distance_zero()
    {
        IDataView moons = ml.Images.MoonPhases(60);
        IDataView some = ml.Data.SkipRows(moons, 40);
        IReadOnlyList<NearestPicture> rows = ml.Generative.FindNearestPictures(some, moons).Rows;
        Assert.Equal(Enumerable.Range(0, 20).Select(i => new NearestPicture(i, 40 + i, 0)), rows);
    }

    [Fact]
    public void Noisy_pictures_find_the_picture_that_they_were_made_of_at_the_noises_norm()
    {
        IDataView moons = ml.Images.MoonPhases(40, size: 24);
        Random random = new(3);
        List<Picture> noisy = [];
        List<double> norms = [];
        foreach (Picture moon in Read(moons).AsEnumerable().Reverse())
        {
            Picture copy = new(moon.Width, moon.Height, moon.Channels, [.. moon.Pixels.Select(p => (byte)Math.Clamp(p + random.Next(-9, 10), 0, 255))]);
            noisy.Add(copy);
            norms.Add(Math.Sqrt(copy.Pixels.Zip(moon.Pixels, (a, b) => Math.Pow((a - b) / 255.0, 2)).Sum()));
        }
        IReadOnlyList<NearestPicture> rows = ml.Generative.FindNearestPictures(View(noisy), moons).Rows;
        Assert.Equal(Enumerable.Range(0, 40).Reverse(), rows.Select(row => row.TrainingRow));
        Assert.All(rows.Zip(norms), pair => Assert.Equal(pair.Second, pair.First.Distance, 1e-5));
    }

    [Fact]
    public void Search_over_several_chunks_is_the_search_over_all_pairs()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        // A third of the rows twice, so that the first of equals must be found.
        Tensor rows = randint(0, 256, [2500, 12], dtype: ScalarType.Byte), queries = cat([randint(0, 256, [1100, 12], dtype: ScalarType.Byte), rows.narrow(0, 1700, 100)]);
        rows = cat([rows, rows.narrow(0, 0, 800)]);
        IReadOnlyList<NearestPicture> found = NeighbourSearch.Find(queries, rows, 0.5);

        byte[] a = [.. queries.data<byte>()], b = [.. rows.data<byte>()];
        Assert.Equal(1200, found.Count);
        for (int i = 0; i < found.Count; i += 7)
        {
            (int best, long least) = (-1, long.MaxValue);
            for (int j = 0; j < 3300; j++)
            {
                long distance = 0;
                for (int k = 0; k < 12; k++)
                    distance += (a[i * 12 + k] - b[j * 12 + k]) * (a[i * 12 + k] - b[j * 12 + k]);
                if (distance < least)
                    (best, least) = (j, distance);
            }
            Assert.Equal((i, best), (found[i].Row, found[i].TrainingRow));
            Assert.Equal(Math.Sqrt(least) / 2, found[i].Distance, 1e-9);
        }
    }

    [Fact]
    public void Features_may_measure_the_distance()
    {
        IDataView moons = WithFeature(ml.Images.MoonPhases(30)), others = WithFeature(ml.Images.MoonPhases(5, seed: 2));
        float[] phases = [.. moons.GetColumn<float>("Phase")], asked = [.. others.GetColumn<float>("Phase")];
        IReadOnlyList<NearestPicture> rows = ml.Generative.FindNearestPictures(others, moons, featureColumnName: "Feature").Rows;
        Assert.All(rows, row =>
        {
            Assert.Equal(phases.Min(phase => Math.Abs(phase - asked[row.Row])), row.Distance, 1e-6);
            Assert.Equal(row.Distance, Math.Abs(phases[row.TrainingRow] - asked[row.Row]), 1e-6);
        });

        IDataView WithFeature(IDataView view) => ml.Transforms.Concatenate("Feature", "Phase").Fit(view).Transform(view);
    }

    [Fact]
    public void Sheet_shows_each_picture_over_its_nearest()
    {
        IDataView moons = ml.Images.MoonPhases(10, size: 64);
        NearestPictures nearest = ml.Generative.FindNearestPictures(ml.Data.TakeRows(moons, 3), moons);
        Picture sheet = nearest.Draw();
        Assert.Equal((12 + 3 * 76, 12 + 128 + 24 + 12), (sheet.Width, sheet.Height));
        List<Picture> pictures = Read(moons);
        for (int i = 0; i < 3; i++)
        {
            for (int p = 0; p < 64 * 128; p += 31)
            {
                (int x, int y) = (p % 64, p / 64);
                Assert.Equal(pictures[i].Pixels[(y % 64 * 64 + x) * 3], sheet.Pixels[((12 + y) * sheet.Width + 12 + 76 * i + x) * 3]);
            }
        }
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        IDataView moons = ml.Images.MoonPhases(3);
        Assert.Contains("'Label' holds", Assert.Throws<ArgumentException>(() => ml.Generative.FindNearestPictures(moons, moons, "Label")).Message);
        Assert.Contains("no column 'Seen'", Assert.Throws<ArgumentException>(() => ml.Generative.FindNearestPictures(moons, moons, featureColumnName: "Seen")).Message);
        IDataView one = Features("Phase"), two = Features("Phase", "Tilt");
        Assert.Contains("has 1 values in generated rows and 2", Assert.Throws<ArgumentException>(() => ml.Generative.FindNearestPictures(one, two, featureColumnName: "Feature")).Message);
        Assert.Contains("no rows", Assert.Throws<ArgumentException>(() => ml.Generative.FindNearestPictures(moons, ml.Data.SkipRows(moons, 3))).Message);

        IDataView Features(params string[] columns) => ml.Transforms.Concatenate("Feature", columns).Fit(moons).Transform(moons);
    }

    private static List<Picture> Read(IDataView view) => ImageColumn.Read(view, "Image");

    private static IDataView View(List<Picture> pictures) => new IndexedRows(pictures.Count,
        IndexedColumn.Image("Image", new Microsoft.ML.Transforms.Image.ImageDataViewType(), row => pictures[row].ToImage()));
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Latent;

/// <summary>The pictures of a VAE's report, of moons of two phases.</summary>
public sealed class SavedLatentPicturesTests : IDisposable
{
    private const int Side = 16;
    private static readonly string[] All = [NearestPictures.ReportFileName, "interpolations.png", "latent-codes.png", "latent-plane.png"];

    private readonly MLContext ml = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(2, true, new[] { true, true, true, true })]
    [InlineData(2, false, new[] { true, true, false, true })]
    [InlineData(3, true, new[] { true, true, true, false })]
    [InlineData(1, true, new[] { true, true, true, false })]
    public void What_applies_is_drawn_and_shown(int latentDimension, bool hasLabels, bool[] expected)
    {
        IDataView moons = ml.Images.MoonPhases(48, size: Side);
        using VaeTransformer vae = Train(moons, latentDimension);
        // Of an older run.
        Array.ForEach(All, name => File.WriteAllText(Path.Combine(folder, name), "old"));
        ml.Generative.SaveLatentPictures(vae, moons, moons, folder, labelColumnName: hasLabels ? "Label" : null);
        Assert.Equal(expected, All.Select(name => File.Exists(Path.Combine(folder, name))));
        Assert.All(All.Where((_, i) => expected[i]), name => Assert.True(PictureFile.Read(Path.Combine(folder, name)).Width > Side, name));
        vae.SaveReport(folder);
        string page = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.Equal(expected, new[] { "New, or remembered?", "Between two pictures", "Codes by label", "What the plane of codes decodes to" }.Select(title => page.Contains($"<h2>{title}</h2>", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_way_goes_from_a_held_out_picture_to_another_of_a_VAE_of_classes_within_one(bool hasClasses)
    {
        IDataView moons = ml.Images.MoonPhases(48, size: Side);
        Picture[] pictures = [.. moons.GetColumn<MLImage>("Image").Select(Picture.FromImage)];
        string[] labels = [.. moons.GetColumn<ReadOnlyMemory<char>>("Label").Select(label => label.ToString())];
        using VaeTransformer vae = Train(moons, 2, hasClasses);
        float[][] reconstructions = [.. vae.Transform(moons).GetColumn<MLImage>("Reconstruction").Select(image => Values(Picture.FromImage(image)))];
        ml.Generative.SaveLatentPictures(vae, moons, moons, folder);
        Picture sheet = PictureFile.Read(Path.Combine(folder, "interpolations.png"));

        // Eight rows of eleven cells: a picture, nine codes, a picture.
        int cell = ((sheet.Width - 2) / 11) - 2, scale = cell / Side, rows = (sheet.Height - 2) / (cell + 2);
        Assert.Equal(Math.Min(8, hasClasses ? labels.GroupBy(label => label).Count(group => group.Count() > 1) : 8), rows);
        for (int row = 0; row < rows; row++)
        {
            int[] ends = [Find(row, 0), Find(row, 10)];
            Assert.DoesNotContain(-1, ends);
            Assert.NotEqual(ends[0], ends[1]);
            if (hasClasses)
                Assert.Equal(labels[ends[0]], labels[ends[1]]);
            // The first code of the way is the picture's own: its reconstruction.
            Assert.InRange(reconstructions[ends[0]].Zip(Cell(row, 1), (x, y) => Math.Abs(x - y)).Max(), 0, 1);
        }

        int Find(int row, int column) => Array.FindIndex(pictures, picture => Values(picture).SequenceEqual(Cell(row, column)));

        float[] Cell(int row, int column) =>
        [
            .. from y in Enumerable.Range(0, Side)
               from x in Enumerable.Range(0, Side)
               select (float)sheet.Pixels[(((2 + (row * (cell + 2)) + (y * scale)) * sheet.Width) + 2 + (column * (cell + 2)) + (x * scale)) * sheet.Channels],
        ];
    }

    private static float[] Values(Picture picture) => [.. picture.Pixels.ToArray().Chunk(picture.Channels).Select(pixel => (float)pixel[0])];

    private VaeTransformer Train(IDataView rows, int latentDimension, bool hasClasses = false) => ml.Generative.Trainers.Vae(new VaeTrainer.Options
    {
        Architecture = VaeArchitecture.Mlp,
        LatentDimension = latentDimension,
        LabelColumnName = hasClasses ? "Label" : null,
        Epochs = 1,
        BatchSize = 16,
        Seed = 5,
        NumberOfThreads = 1,
    }).Fit(rows);
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Gan;

public sealed class DcganBadInputTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static DcganTrainer.Options Quick => new()
    {
        Network = DcganNetwork.Mnist32,
        Width = 8,
        LatentDimension = 6,
        Steps = 1,
        BatchSize = 4,
        Seed = 5,
        NumberOfThreads = 1,
    };

    [Fact]
    public void Fewer_pictures_than_a_batch_are_refused() => Assert.Contains(
        "there are 3 pictures, and a step takes 4: lower BatchSize, or give more",
        Assert.Throws<ArgumentException>(() => ml.Generative.Trainers.Dcgan(Quick).Fit(ml.Images.MoonPhases(3))).Message);

    [Fact]
    public void One_single_picture_is_refused() => Assert.Contains(
        "there is 1 picture, and a step takes 4: give more pictures",
        Assert.Throws<ArgumentException>(() => ml.Generative.Trainers.Dcgan(Quick).Fit(ml.Images.MoonPhases(1))).Message);

    [Fact]
    public void A_batch_of_one_is_refused()
    {
        DcganTrainer.Options options = Quick;
        options.BatchSize = 1;
        Assert.Contains("BatchSize is 1; a GAN needs at least 2", Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.Trainers.Dcgan(options)).Message);
    }

    [Fact]
    public void A_size_that_only_the_fully_connected_network_has_is_refused_for_others()
    {
        DcganTrainer.Options options = Quick;
        options.ImageSize = 28;
        Assert.Contains("28 for the Mlp network", Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.Trainers.Dcgan(options)).Message);
    }

    [Fact]
    public void Grey_pictures_train_a_colour_network()
    {
        DcganTrainer.Options options = Quick;
        options.Channels = 3;
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(options).Fit(ml.Images.MoonPhases(8));
        Assert.Contains(Drawn(gan), pixel => pixel[0] != pixel[1]);
    }

    [Fact]
    public void Colour_pictures_train_a_grey_network()
    {
        DcganTrainer.Options options = Quick;
        options.Channels = 1;
        using DcganTransformer gan = ml.Generative.Trainers.Dcgan(options).Fit(ml.Images.LoadFolder(Pictures(alpha: 255)));
        Assert.All(Drawn(gan), pixel => Assert.True(pixel[0] == pixel[1] && pixel[0] == pixel[2]));
    }

    [Fact]
    public void Transparent_pictures_lie_on_white()
    {
        DcganTrainer.Options options = Quick;
        options.WorkspacePath = Path.Combine(folder, "out");
        ml.Generative.Trainers.Dcgan(options).Fit(ml.Images.LoadFolder(Pictures(alpha: 0))).Dispose();
        // What the network learns from is drawn there, between dark gaps.
        using MLImage shown = MLImage.CreateFromFile(Path.Combine(folder, "out", "training-pictures.png"));
        byte[] values = [.. shown.Pixels.ToArray().Distinct()];
        Assert.Equal((byte[])[64, 255], values.Order());
    }

    private static IEnumerable<byte[]> Drawn(DcganTransformer gan) =>
        from picture in gan.Generator.Transform(new MLContext(1).Generative.SampleLatent(2, gan.LatentDimension)).GetColumn<MLImage>("Image").ToArray()
        from pixel in picture.Pixels.ToArray().Chunk(4)
        select pixel;

    // Red, green and blue of their own at every pixel.
    private string Pictures(byte alpha)
    {
        for (int n = 0; n < 4; n++)
        {
            byte[] pixels = [.. Enumerable.Range(0, 32 * 32).SelectMany(i => (byte[])[(byte)(i * alpha / 255), (byte)(n * 40 * alpha / 255), (byte)(i / 32 * alpha / 255), alpha])];
            using MLImage picture = MLImage.CreateFromPixels(32, 32, MLPixelFormat.Rgba32, pixels);
            picture.Save(Path.Combine(folder, $"{n}.png"));
        }
        return folder;
    }
}

using Microsoft.ML;

namespace MLNetGen.Tests;

public class CatalogTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Catalogs_hang_off_the_context_and_know_it()
    {
        Assert.Same(ml, ml.Images.Context);
        Assert.Same(ml, ml.Generative.Context);
    }

    [Fact]
    public void Load_tells_a_folder_of_pictures_from_one_of_idx_files()
    {
        using var folder = new TestFolder();
        folder.Write("pictures/images-of-cats.png", TestPictures.Png(4, 4, 1, 2, 3));
        folder.Write("digits/images", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9]);
        Assert.Equal(["images-of-cats.png"], Rows.Text(ml.Images.Load(folder.Path("pictures")), "Path"));
        Assert.Equal(["images#0"], Rows.Text(ml.Images.Load(folder.Path("digits")), "Path"));
    }

    [Fact]
    public void Load_of_nothing_names_the_path() =>
        Assert.Contains("'no/such/place'", Assert.Throws<DirectoryNotFoundException>(() => ml.Images.Load("no/such/place")).Message);

    [Fact]
    public void Logging_draws_nothing_from_the_context_s_random_numbers()
    {
        static int Draw(MLContext context) => ((Microsoft.ML.Runtime.IHostEnvironment)context).Register("x").Rand.Next();

        using var folder = new TestFolder();
        folder.Write("good.png", TestPictures.Png(4, 4, 1, 2, 3));
        folder.Write("bad.png", []);
        var logged = 0;
        ml.Log += (_, e) => logged += e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning ? 1 : 0;
        ml.Images.LoadFolder(folder.Root);
        Assert.Equal(1, logged);
        Assert.Equal(Draw(new MLContext(seed: 1)), Draw(ml));
    }

    [Fact]
    public void Pictures_enter_a_chain_and_come_out_as_images_again()
    {
        var moons = ml.Images.MoonPhases(5, size: 24);
        var chain = ml.Transforms.ResizeImages("Small", 12, 12, "Image")
            .Append(ml.Transforms.ExtractPixels("Pixels", "Small", interleavePixelColors: true))
            .Append(ml.Transforms.ConvertToImage(12, 12, "Back", "Pixels", interleavedColors: true));
        var result = chain.Fit(moons).Transform(moons);
        Assert.Equal(Rows.Pictures(result, "Small").Select(p => p.Pixels), Rows.Pictures(result, "Back").Select(p => p.Pixels));
    }
}

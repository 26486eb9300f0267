using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Cli;

/// <summary>The commands on latent spaces, against what the library gives for the same model.</summary>
public sealed partial class LatentCommandTests(LatentCommandTests.Models models) : IClassFixture<LatentCommandTests.Models>
{
    private const int Size = 16;

    private static readonly MLContext ML = new(seed: 1);

    /// <summary>Three small models, trained once.</summary>
    public sealed class Models : IDisposable
    {
        public Models()
        {
            Pictures = TrainVaeCommandTests.Run.MoonFolder(Folder, 40);
            IDataView moons = ML.Images.LoadFolder(Pictures);
            foreach ((string name, int latent) in (ReadOnlySpan<(string, int)>)[("line", 1), ("plane", 2), ("deep", 4)])
            {
                using VaeTransformer vae = ML.Generative.Trainers.Vae(new VaeTrainer.Options
                {
                    LatentDimension = latent,
                    Epochs = 4,
                    BatchSize = 8,
                    Seed = 1,
                    NumberOfThreads = 1,
                    Architecture = VaeArchitecture.Mlp,
                }).Fit(moons);
                ML.Model.Save(vae, moons.Schema, Path.Combine(Folder, $"{name}.zip"));
            }
            using DcganTransformer gan = ML.Generative.Trainers.Dcgan(new DcganTrainer.Options
            {
                Network = DcganNetwork.Paper,
                ImageSize = 32,
                Width = 4,
                LatentDimension = 3,
                Steps = 2,
                BatchSize = 8,
                Seed = 1,
                NumberOfThreads = 1,
            }).Fit(moons);
            ML.Model.Save(gan.Generator, ML.Generative.SampleLatent(1, 3).Schema, Path.Combine(Folder, "gan.zip"));
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        public string Pictures { get; }

        public string this[string name] => Path.Combine(Folder, $"{name}.zip");

        internal VaeTransformer Load(string name) => VaeTransformer.FromModel(ML, ML.Model.Load(this[name], out _));

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public void Reconstruct_draws_the_librarys_sheet()
    {
        string sheet = Done("reconstruct.png", "reconstruct", "--model", models["deep"], "--data", models.Pictures, "--split", "30", "--count", "6", "--columns", "3");
        using VaeTransformer vae = models.Load("deep");
        IDataView rows = vae.Transform(ML.Data.TakeRows(ML.Data.SkipRows(ML.Images.LoadFolder(models.Pictures), 30), 6));
        AssertSame(ML.Generative.DrawReconstructions(rows, columns: 3), sheet);
        string told = Run("reconstruct", "--model", models["deep"], "--data", models.Pictures, "--split", "30", "--count", "6", "--out", sheet);
        Assert.Contains(rows.GetColumn<float[]>("ReconstructionError").Average(error => error[0]).ToString("F5", CultureInfo.InvariantCulture), told);
    }

    [Fact]
    public void Interpolate_goes_from_picture_to_picture()
    {
        string[] ends = [.. Directory.GetFiles(models.Pictures, "*.png", SearchOption.AllDirectories).Order().Take(3)];
        string sheet = Done("interpolate.png", ["interpolate", "--model", models["deep"], "--steps", "4", "--linear", .. ends]);
        using VaeTransformer vae = models.Load("deep");
        IDataView codes = vae.Encoder.Transform(ML.Images.LoadFiles(ends, null, out _));
        Picture[] way = Decoded(vae, ML.Generative.InterpolateLatent(codes, 4, LatentInterpolation.Linear));
        // The second row begins with the picture that the first ended with.
        AssertSame(PictureGrid.Draw([.. way[..5], .. way[4..]], columns: 5), sheet);
    }

    [Fact]
    public void Interpolate_makes_a_film_and_goes_between_a_gans_latent_vectors()
    {
        string film = Done("interpolate.gif", "interpolate", "--model", models["gan"], "--count", "3", "--steps", "2", "--closed", "--seed", "4");
        Assert.Equal((64, 64), SizeOf(film));
        string sheet = Done("seeds.png", "interpolate", "--model", models["gan"], "--count", "3", "--steps", "2", "--closed", "--seed", "4");
        DcganGenerator gan = DcganGenerator.FromModel(ML, ML.Model.Load(models["gan"], out _));
        Picture[] way = Pictures(gan.Transform(ML.Generative.InterpolateLatent(ML.Generative.SampleLatent(3, 3, seed: 4), 2, closed: true)));
        AssertSame(PictureGrid.Draw([way[0], way[1], way[2], way[2], way[3], way[4], way[4], way[5], way[0]], columns: 3), sheet);
    }

    [Fact]
    public void Traverse_draws_a_row_for_each_dimension()
    {
        using VaeTransformer vae = models.Load("plane");
        string origin = Done("origin.png", "traverse", "--model", models["plane"], "--steps", "3");
        AssertSame(PictureGrid.Draw(Decoded(vae, View([-3, 0], [0, 0], [3, 0], [0, -3], [0, 0], [0, 3])), columns: 3), origin);

        string picture = Directory.GetFiles(models.Pictures, "*.png", SearchOption.AllDirectories).Order().First();
        float[] code = vae.Encoder.Transform(ML.Images.LoadFiles([picture], null, out _)).GetColumn<float[]>("Latent").Single();
        string one = Done("one.png", "traverse", "--model", models["plane"], "--dimension", "1", "--from", "-1", "--to", "1", "--steps", "2", picture);
        AssertSame(PictureGrid.Draw(Decoded(vae, View([code[0], -1], [code[0], 1])), columns: 2), one);

        DcganGenerator gan = DcganGenerator.FromModel(ML, ML.Model.Load(models["gan"], out _));
        string drawn = Done("drawn.png", "traverse", "--model", models["gan"], "--seed", "5", "--steps", "4");
        AssertSame(PictureGrid.Draw(Pictures(gan.Transform(ML.Generative.TraverseLatent(ML.Generative.SampleLatent(1, 3, seed: 5), 4))), columns: 4), drawn);
    }

    [Fact]
    public void Attribute_adds_one_labels_direction_and_takes_another_away()
    {
        string picture = Directory.GetFiles(models.Pictures, "*.png", SearchOption.AllDirectories).Order().First();
        string sheet = Done("attribute.png", "attribute", "--model", models["deep"], "--data", models.Pictures, "--add", "full moon", "--remove", "new moon", "--strengths", "0", "1.5", "--", picture);
        using VaeTransformer vae = models.Load("deep");
        IDataView codes = vae.Encoder.Transform(ML.Images.LoadFolder(models.Pictures)), asked = ML.Images.LoadFiles([picture], null, out _);
        float[] direction = [.. ML.Generative.AttributeVector(codes, "full moon").Zip(ML.Generative.AttributeVector(codes, "new moon"), (a, b) => a - b)];
        Picture[] moved = Decoded(vae, ML.Generative.AddLatent(vae.Encoder.Transform(asked), direction, [0, 1.5]));
        AssertSame(PictureGrid.Draw([.. Pictures(asked), .. moved], columns: 3), sheet);
    }

    [Fact]
    public void Map_draws_what_the_dimension_allows()
    {
        using VaeTransformer line = models.Load("line"), plane = models.Load("plane"), deep = models.Load("deep");
        IDataView moons = ML.Images.LoadFolder(models.Pictures);
        string folder = Path.Combine(models.Folder, "map");
        Run("map", "--model", models["line"], "--data", models.Pictures, "--steps", "5", "--out", folder);
        AssertSame(ML.Generative.DrawCodeLine(line.Decoder, line.Encoder.Transform(moons), steps: 5), Path.Combine(folder, "line.png"));
        Run("map", "--model", models["plane"], "--data", models.Pictures, "--steps", "5", "--out", folder);
        AssertSame(ML.Generative.DrawManifold(plane.Decoder, plane.Encoder.Transform(moons), steps: 5), Path.Combine(folder, "manifold.png"));
        AssertSame(ML.Generative.DrawLatent(plane.Encoder.Transform(moons)), Path.Combine(folder, "scatter.png"));
        Run("map", "--model", models["deep"], "--data", models.Pictures, "--out", folder);
        AssertSame(ML.Generative.DrawLatent(deep.Encoder.Transform(moons)), Path.Combine(folder, "scatter.png"));
        File.Delete(Path.Combine(folder, "scatter.png"));
        Run("map", "--model", models["plane"], "--steps", "4", "--out", folder);
        AssertSame(ML.Generative.DrawManifold(plane.Decoder, steps: 4), Path.Combine(folder, "manifold.png"));
        Assert.False(File.Exists(Path.Combine(folder, "scatter.png")));
    }

    [Fact]
    public void Outliers_are_beyond_the_training_quantile_and_judged_by_MLNet()
    {
        // Pictures that are no moons, under a label of their own.
        string others = Path.Combine(models.Folder, "others");
        for (int i = 0; i < 4; i++)
            new Picture(Size, Size, 1, [.. Enumerable.Range(0, Size * Size).Select(p => (byte)(((p / 3) + (p / Size / 3) + i) % 2 * 255))]).Save(Path.Combine(others, "stripes", $"{i}.png"));
        string test = Path.Combine(models.Folder, "test");
        CopyFolder(models.Pictures, test);
        CopyFolder(others, test);
        string[] labels = [.. Directory.GetDirectories(models.Pictures).Select(folder => Path.GetFileName(folder)!)];
        string sheet = Path.Combine(models.Folder, "outliers.png");
        string said = Run(["outliers", "--model", models["deep"], "--data", models.Pictures, "--test", test, "--quantile", "0.9", "--out", sheet, "--usual", .. labels]);

        using VaeTransformer vae = models.Load("deep");
        float[] errors = [.. vae.Transform(ML.Images.LoadFolder(models.Pictures)).GetColumn<float[]>("ReconstructionError").Select(error => error[0]).Order()];
        double threshold = errors[35] + (0.1 * (errors[36] - errors[35]));
        int usual = errors.Count(error => error > threshold);
        Assert.Equal(4, usual);
        Assert.Equal(threshold, double.Parse(Threshold().Match(said).Groups[1].Value, CultureInfo.InvariantCulture), threshold * 1e-3);
        Assert.Contains($"{usual + 4} of 44 pictures are outliers", said);
        Assert.All(Enumerable.Range(0, 4), i => Assert.Contains($"stripes/{i}.png", said));
        Assert.Contains($"4 unusual and {usual} usual ones", said);
        Assert.Contains("curve 1.000", said);
        // The sheet has all of them; of fewer, the most unusual.
        AssertSame(ML.Generative.DrawReconstructions(vae.Transform(ML.Images.LoadFolder(others)), worstFirst: true), Done("worst.png", "outliers", "--model", models["deep"], "--data", models.Pictures, "--test", test, "--count", "4"));
        Assert.True(SizeOf(sheet).Height > SizeOf(Path.Combine(models.Folder, "worst.png")).Height);
    }

    [Fact]
    public void Generate_draws_within_a_truncation_and_from_a_mixture()
    {
        using VaeTransformer vae = models.Load("deep");
        string truncated = Done("truncated.png", "generate", "--model", models["deep"], "--count", "4", "--columns", "4", "--truncation", "0.5");
        AssertSame(PictureGrid.Draw(Decoded(vae, ML.Generative.SampleLatent(4, 4, truncation: 0.5)), columns: 4), truncated);

        string mixed = Done("mixed.png", "generate", "--model", models["deep"], "--count", "4", "--columns", "4", "--mixture", "2", "--data", models.Pictures, "--seed", "3");
        using GaussianMixtureTransformer mixture = ML.Generative.Trainers.GaussianMixture(new() { NumberOfComponents = 2, Seed = 3 }).Fit(vae.Encoder.Transform(ML.Images.LoadFolder(models.Pictures)));
        AssertSame(PictureGrid.Draw(Decoded(vae, mixture.Mixture.Sample(4, seed: 3)), columns: 4), mixed);
    }

    [Fact]
    public void Generate_draws_pictures_over_their_nearest_training_pictures()
    {
        using VaeTransformer vae = models.Load("deep");
        string nearest = Done("nearest.png", "generate", "--model", models["deep"], "--count", "4", "--columns", "2", "--nearest", "--data", models.Pictures);
        NearestPictures found = ML.Generative.FindNearestPictures(vae.Decoder.Transform(ML.Generative.SampleLatent(4, 4)), ML.Images.LoadFolder(models.Pictures));
        AssertSame(found.Draw(columns: 2), nearest);
    }

    [Theory]
    [InlineData("--mixture needs --data", "generate", "--model", "deep", "--mixture", "2")]
    [InlineData("--nearest needs --data", "generate", "--model", "deep", "--nearest")]
    [InlineData("--truncation is for the standard", "generate", "--model", "deep", "--mixture", "2", "--truncation", "1", "--data", "PICTURES")]
    [InlineData("--truncation is 0", "generate", "--model", "deep", "--truncation", "0")]
    [InlineData("--mixture needs a model that codes pictures", "generate", "--model", "gan", "--mixture", "2", "--data", "PICTURES")]
    [InlineData("going between pictures needs a model that codes", "interpolate", "--model", "gan", "PICTURES")]
    [InlineData(".gif for a film", "interpolate", "--model", "gan", "--out", "way.jpg")]
    [InlineData("--class is 1, and this model knows no classes", "interpolate", "--model", "gan", "--class", "1")]
    [InlineData("--delay is 1;", "interpolate", "--model", "gan", "--delay", "1")]
    [InlineData("--dimension is 4; this model has dimensions 0 to 3", "traverse", "--model", "deep", "--dimension", "4")]
    [InlineData("--add or --remove", "attribute", "--model", "deep", "--data", "PICTURES", "PICTURES")]
    [InlineData("--add names 'blue moon', which is no label of --data: they are 'first quarter'", "attribute", "--model", "deep", "--data", "PICTURES", "--add", "blue moon", "--", "PICTURES")]
    [InlineData("latent dimension 4: give --data", "map", "--model", "deep")]
    [InlineData("--data needs a model that codes", "map", "--model", "gan", "--data", "PICTURES")]
    [InlineData("--quantile is 2", "outliers", "--model", "deep", "--data", "PICTURES", "--quantile", "2")]
    [InlineData("no training picture has a label of --usual (blue moon)", "outliers", "--model", "deep", "--data", "PICTURES", "--usual", "blue moon")]
    [InlineData("gan.zip' is of a GAN", "reconstruct", "--model", "gan", "--data", "PICTURES")]
    public void What_is_wrong_is_told_in_a_line_that_names_the_option(string expected, params string[] arguments)
    {
        CommandLine.Outcome outcome = CommandLine.Run([.. arguments.Select(argument => argument switch
        {
            "PICTURES" => models.Pictures,
            "deep" or "gan" => models[argument],
            _ => argument,
        })]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(expected, outcome.Errors);
        Assert.DoesNotContain("   at ", outcome.Errors);
    }

    [GeneratedRegex(@"above (\S+)")]
    private static partial Regex Threshold();

    // The file that the command wrote.
    private string Done(string name, params string[] arguments)
    {
        string path = Path.Combine(models.Folder, name);
        Run([.. arguments[..1], "--out", path, .. arguments[1..]]);
        return path;
    }

    private static string Run(params string[] arguments)
    {
        CommandLine.Outcome outcome = CommandLine.Run(arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
        return outcome.Output;
    }

    private static Picture[] Decoded(VaeTransformer vae, IDataView latent) => Pictures(vae.Decoder.Transform(latent));

    private static Picture[] Pictures(IDataView rows) => [.. ImageColumn.Read(rows, "Image")];

    private static void AssertSame(Picture expected, string path)
    {
        using var image = MLImage.CreateFromFile(path);
        Picture actual = Picture.FromImage(image);
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        // Between two processes the networks' threads, and with them the last bit of a sum, may differ.
        Assert.All(expected.Pixels.Zip(actual.Pixels), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 2));
    }

    private static (int Width, int Height) SizeOf(string path)
    {
        Picture picture = PictureFile.Read(path);
        return (picture.Width, picture.Height);
    }

    private static IDataView View(params float[][] codes)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Code));
        schema[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, codes[0].Length);
        return ML.Data.LoadFromEnumerable(codes.Select(code => new Code { Latent = code }).ToArray(), schema);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private sealed class Code
    {
        public float[] Latent { get; set; } = [];
    }
}

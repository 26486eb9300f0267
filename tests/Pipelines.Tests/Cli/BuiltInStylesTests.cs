namespace MLNetGen.Tests.Cli;

/// <summary>Style networks that come with the program.</summary>
public sealed class BuiltInStylesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public static TheoryData<string> Names => ["shipwreck", "starry_night", "the_scream", "wave"];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_paints_by_its_name_in_the_colours_of_its_painting(string name)
    {
        // A grey ramp: what colours there are, the network brings.
        const int Width = 96, Height = 64;
        Picture grey = new(Width, Height, 3, [.. Enumerable.Range(0, Width * Height * 3).Select(i => (byte)(i / 3 % Width * 255 / Width))]);
        string picture = Path.Combine(folder, "grey.png"), painted = Path.Combine(folder, "painted.png");
        grey.Save(picture);
        CommandLine.Outcome outcome = CommandLine.Run("stylize", "--model", name, "--out", painted, picture);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Picture made = PictureFile.Read(painted);
        Assert.Equal((Width, Height), (made.Width, made.Height));
        (double red, double blue) = (Mean(made, 0), Mean(made, 2));
        // Van Gogh's night is blue, the others are not.
        Assert.Equal(name == "starry_night", blue > red + 5);
        Assert.True(Math.Abs(red - blue) > 5);
    }

    private static double Mean(Picture picture, int channel) => picture.Pixels.Where((_, i) => i % 3 == channel).Average(value => value);
}

using System.Text.RegularExpressions;

namespace MLNetGen.Tests.Cli;

/// <summary>The demo's quickest family, end to end: what is on its page.</summary>
public sealed partial class DemoCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Painting_needs_no_data_and_ends_with_a_page_of_what_was_painted()
    {
        CommandLine.Outcome outcome = CommandLine.Run("demo", "--family", "painting", "--out", folder);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        string page = File.ReadAllText(Path.Combine(folder, "index.html"));
        byte[][] shown = [.. Embedded().Matches(page).Select(match => Convert.FromBase64String(match.Groups["bytes"].Value)).DistinctBy(Convert.ToHexString)];
        string[] files = ["moons.png", "painting/content.png", "painting/style.png", "painting/painting.png", "painting/at-once.png"];
        Assert.Equal(files.Select(file => File.ReadAllBytes(Path.Combine(folder, file))), shown);
        Picture before = PictureFile.Read(Path.Combine(folder, files[1])), after = PictureFile.Read(Path.Combine(folder, files[3]));
        Assert.Equal((before.Width, before.Height), (after.Width, after.Height));
        Assert.InRange(before.Pixels.Zip(after.Pixels, (a, b) => Math.Abs(a - b)).Average(), 10, 128);
    }

    [GeneratedRegex("data:image/png;base64,(?<bytes>[^\"]+)\"")]
    private static partial Regex Embedded();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Docs;

/// <summary>docs/new-family.md: its code compiles, because it is <see cref="CodeTask"/>'s family; what that family does when things fail is in <see cref="Training.EveryFamilyTests"/>.</summary>
public sealed partial class NewFamilyTests
{
    private static readonly string Folder = Path.Combine(Repository.Root!, "docs");
    private static readonly string Page = File.ReadAllText(Path.Combine(Folder, "new-family.md")).ReplaceLineEndings("\n");

    [Fact]
    public void Every_piece_of_code_on_the_page_is_a_piece_of_the_family_that_is_tested()
    {
        string family = Text(File.ReadAllText(Path.Combine(Repository.Root!, "tests", "Trainers.Tests", "Docs", "CodeFamily.cs")));
        string[] pieces = [.. Page.Split("```csharp\n").Skip(1).Select(piece => Text(piece.Split("```")[0]))];
        Assert.InRange(pieces.Length, 1, 5);
        Assert.All(pieces, piece => Assert.Contains(piece, family, StringComparison.Ordinal));
    }

    [Fact]
    public void The_files_of_the_table_are_there_and_about_as_long_as_it_says()
    {
        MatchCollection rows = Row().Matches(Page);
        Assert.InRange(rows.Count, 15, 40);
        Assert.All(rows, row =>
        {
            int told = int.Parse(row.Groups["lines"].Value, CultureInfo.InvariantCulture), lines = File.ReadAllLines(Path.Combine(Folder, row.Groups["path"].Value)).Length;
            Assert.True(Math.Abs(told - lines) <= Math.Max(10, told / 5), $"{row.Groups["path"].Value} has {lines} lines, and docs/new-family.md says {told}.");
        });
    }

    // Options, networks, losses and the figures that a user is told are what a family is about; the rest is what it costs. One name for the same thing in all families: public figures are
    // in …Figures.cs, and what draws them in …Report.cs, which counts.
    [Theory]
    [InlineData("src/Trainers/Vae", 5, 350)]
    [InlineData("src/Trainers/SuperResolution", 5, 320)]
    [InlineData("src/Trainers/Gan", 10, 900)]
    [InlineData("src/Trainers/AlexNet", 12, 850)]
    public void A_family_takes_a_few_files_and_lines_beside_its_options_networks_losses_and_figures(string folder, int mostFiles, int mostLines)
    {
        string path = Path.Combine(Repository.Root!, folder);
        string[] files =
        [
            .. Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories)
                .Where(file => !Subject().IsMatch(Path.GetRelativePath(path, file).Replace('\\', '/'))),
        ];
        int lines = files.Sum(file => File.ReadAllLines(file).Length);
        Assert.InRange(files.Length, 3, mostFiles);
        Assert.True(lines <= mostLines, $"{folder}: {files.Length} files, {lines} lines: {string.Join(", ", files.Select(Path.GetFileName))}");
    }

    [Fact]
    public void The_family_of_the_page_takes_350_lines() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root!, "tests", "Trainers.Tests", "Docs", "CodeFamily.cs")).Length, 50, 350);

    [Fact]
    public void How_a_VAE_trains_is_read_in_eight_files_and_900_lines()
    {
        string list = File.ReadAllText(Path.Combine(Repository.Root!, "ARCHITECTURE.md")).ReplaceLineEndings("\n").Split("## How a VAE trains")[1].Split("\n## ")[0];
        string[] files = [.. Item().Matches(list).Select(item => Path.Combine(Repository.Root!, item.Groups["path"].Value))];
        int lines = files.Sum(file => File.ReadAllLines(file).Length);
        Assert.True(files.Length is >= 5 and <= 8 && lines <= 900, $"{files.Length} files, {lines} lines");
    }

    // Eckart and Young: no linear code of that length leaves less of the rows, about their mean, than the first principal components do.
    [Fact]
    public void The_family_explains_nine_tenths_of_what_principal_components_do()
    {
        MLContext ml = new(seed: 1);
        IDataView moons = ml.Images.MoonPhases(64, size: 16);
        using CodeTransformer model = new CodeTrainer(ml, new() { CodeLength = 3, BatchSize = 8, Epochs = 1200, Seed = 1, NumberOfThreads = 1, ValidationSet = moons }).Fit(moons);
        Assert.All(model.Transform(moons).GetColumn<float[]>("Code"), code => Assert.Equal(3, code.Length));

        double[][] pixels = [.. moons.GetColumn<MLImage>("Image").Select(image => image.Pixels.ToArray().Chunk(4).Select(pixel => pixel[0] / 255.0).ToArray())];
        using var scope = NewDisposeScope();
        Tensor rows = tensor(pixels.SelectMany(row => row).ToArray(), [pixels.Length, pixels[0].Length]);
        double[] values = linalg.svdvals(rows - rows.mean([0])).square().data<double>().ToArray();
        double least = values.Skip(3).Sum() / rows.numel(), explained = values.Take(3).Sum() / rows.numel();
        Assert.InRange(model.Epochs[^1].TestLoss!.Value, least * 0.999, least + explained / 10);
    }

    private static string Text(string code) => string.Join('\n', code.Trim().Split('\n').Select(line => line.Trim()));

    // A GAN's toy in one dimension is an example beside the family.
    [GeneratedRegex(@"^(Networks|Toy)/|(Options|Networks?|Architecture|Loss|Likelihood|Objectives?|Figures)\.cs$")]
    private static partial Regex Subject();

    [GeneratedRegex(@"^\d\. \[`[^`]+`\]\((?<path>[^)]+)\)", RegexOptions.Multiline)]
    private static partial Regex Item();

    [GeneratedRegex(@"^\| \[`[^`]+`\]\((?<path>[^)]+)\) \| (?<lines>\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}

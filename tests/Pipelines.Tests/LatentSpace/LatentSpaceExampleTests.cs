using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNetGen.Tests.LatentSpace;

/// <summary>examples/LatentSpace, run as it is.</summary>
public sealed partial class LatentSpaceExampleTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void MLNets_trainers_find_phases_and_moons_on_their_side_among_the_codes()
    {
        using Process process = CommandLine.StartProgram("dotnet", [CommandLine.PathOf("examples/LatentSpace", "MLNetGen.Examples.LatentSpace"), "3"], folder);
        CommandLine.Outcome outcome = CommandLine.Outcome.Of(process);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
        // Clusters by chance share 0.02 with the phases.
        Assert.InRange(double.Parse(Shared().Match(outcome.Output).Groups[1].Value, CultureInfo.InvariantCulture), 0.3, 1);
        double[] areas = [.. Areas().Matches(outcome.Output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(3, areas.Length);
        Assert.All(areas, area => Assert.InRange(area, 0.5, 1));
        Assert.All((string[])["codes.png", "from-mixture.png", "from-normal.png", "lines.png"], name => Assert.True(PictureFile.Read(Path.Combine(folder, name)).Width > 400, name));
    }

    [GeneratedRegex(@"mutual information with the phases (\S+),")]
    private static partial Regex Shared();

    [GeneratedRegex(@"ROC curve (\S+),")]
    private static partial Regex Areas();
}

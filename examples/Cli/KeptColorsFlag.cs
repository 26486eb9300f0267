using System.CommandLine;

namespace MLNetGen.Cli;

/// <summary><c>--keep-colors</c> of all commands that paint.</summary>
internal static class KeptColorsFlag
{
    public static Option<KeptColors> Create() => new("--keep-colors")
    {
        Description = "luminance: the painting's brightness in the photograph's colours; histogram: its channels with the photograph's histograms; matched: the photograph's mean and covariance of colours",
    };
}

using System.Diagnostics;

namespace MLNetGen.Tests.Cli;

/// <summary>Runs the repository's programs as a user does: as processes of their own.</summary>
internal static class CommandLine
{
    // tests/Pipelines.Tests/bin/CONFIGURATION/FRAMEWORK/
    private static readonly string Output = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
    private static readonly string[] Parts = Output.Split(Path.DirectorySeparatorChar);

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Output, "..", "..", "..", "..", ".."));

    /// <summary>What <c>./mlnetgen</c> runs.</summary>
    public static Outcome Run(params string[] arguments)
    {
        using Process process = Start("examples/Cli", "mlnetgen", arguments);
        return Outcome.Of(process);
    }

    /// <summary>The application that knows Microsoft.ML alone.</summary>
    public static Outcome Deployed(params string[] arguments)
    {
        using Process process = Start("examples/Deployed", "MLNetGen.Examples.Deployed", arguments);
        return Outcome.Of(process);
    }

    public static Process Start(string project, string program, params string[] arguments)
    {
        string path = Path.Combine([Root, .. project.Split('/'), "bin", .. Parts[^2..], program + ".dll"]);
        Process process = new()
        {
            StartInfo = new ProcessStartInfo("dotnet", [path, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        return process;
    }

    internal sealed record Outcome(int ExitCode, string Output, string Errors)
    {
        public static Outcome Of(Process process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new Outcome(process.ExitCode, output, errors.Result);
        }
    }
}

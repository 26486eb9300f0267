using System.Diagnostics;

namespace MLNetGen.Tests;

/// <summary>Runs the repository's programs as a user does: as processes of their own.</summary>
internal static class CommandLine
{
    // tests/PROJECT/bin/CONFIGURATION/FRAMEWORK/
    private static readonly string[] Parts = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);

    public static string Root { get; } = Repository.Root!;

    /// <summary>What <c>./mlnetgen</c> runs.</summary>
    public static Outcome Run(params string[] arguments)
    {
        using Process process = Start("src/Cli", "mlnetgen", arguments);
        return Outcome.Of(process);
    }

    /// <summary>What <c>./mlnetgen bench</c> runs.</summary>
    public static Outcome Bench(params string[] arguments)
    {
        using Process process = Start("tests/Benchmarks", "mlnetgen-bench", ["bench", .. arguments]);
        return Outcome.Of(process);
    }

    /// <summary>The application that knows Microsoft.ML alone.</summary>
    public static Outcome Deployed(params string[] arguments)
    {
        using Process process = Start("examples/Deployed", "MLNetGen.Examples.Deployed", arguments);
        return Outcome.Of(process);
    }

    public static Process Start(string project, string program, params string[] arguments) =>
        StartProgram("dotnet", [PathOf(project, program), .. arguments]);

    /// <param name="program">A program of any kind.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs; null: here.</param>
    /// <param name="variables">Environment variables of its own.</param>
    public static Process StartProgram(string program, string[] arguments, string? folder = null, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>The built program of a project, which <c>dotnet</c> runs.</summary>
    public static string PathOf(string project, string program) => Path.Combine([Root, .. project.Split('/'), "bin", .. Parts[^2..], program + ".dll"]);

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

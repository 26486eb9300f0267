using System.Diagnostics;

namespace MLNetGen.Benchmarks;

/// <summary>Programs that a bench runs in processes of their own: this one, and Python peers of tests/peers.</summary>
internal static class BenchProcess
{
    public const string Python = "/usr/bin/python3";

    /// <summary>Why there is no PyTorch to compare with; null where there is.</summary>
    /// <param name="module">What is asked for: torch, or a package that stands on it.</param>
    public static string? NoTorch(string module = "torch")
    {
        try
        {
            Run(Python, ["-c", $"import {module}"]);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"{Python} has no {module}: run ./mlnetgen setup --peers";
        }
    }

    /// <summary>Whether PyTorch can be the second peer; says so where it cannot.</summary>
    public static bool HasTorch()
    {
        if (NoTorch() is not { } reason)
            return true;
        Console.Error.WriteLine($"PyTorch, the second peer, is skipped: {reason}");
        return false;
    }

    /// <summary>What this program prints for other arguments. Under 'dotnet mlnetgen.dll' the process is dotnet and the program its first argument.</summary>
    public static string RunItself(params string[] arguments)
    {
        string[] itself = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        return Run(Environment.ProcessPath!, [.. itself, .. arguments]);
    }

    /// <summary>What a program of tests/peers prints. OpenMP's threads sleep while they wait there, as they do in this process (<see cref="Export.TorchLibrary"/>).</summary>
    public static string RunPeer(string script, IEnumerable<string> arguments) =>
        Run(Python, [Path.Combine(RepositoryRoot(), "tests", "peers", script), .. arguments]);

    /// <summary>Where pictures to measure on are, unless a command says otherwise.</summary>
    public static string DataFolder() => Environment.GetEnvironmentVariable("MLNETGEN_DATA") ?? Path.Combine(RepositoryRoot(), "..", "shared", "data");

    public static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MLNetGen.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException("the peers lie in tests/peers of MLNetGen's repository: run the bench from a build inside it.");
    }

    private static string Run(string program, IEnumerable<string> arguments)
    {
        using Process process = new() { StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        process.StartInfo.Environment["OMP_WAIT_POLICY"] = "passive";
        process.Start();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"'{program}' failed: {errors.Result.Trim()}");
    }
}

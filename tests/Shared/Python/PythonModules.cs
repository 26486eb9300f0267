using System.Collections.Concurrent;
using System.Diagnostics;

namespace MLNetGen.Tests;

/// <summary>Which modules the system's Python has.</summary>
internal static class PythonModules
{
    private const string Program = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)";

    private static readonly ConcurrentDictionary<string, bool> Known = new();

    public static bool Has(string module) => Known.GetOrAdd(module, Find);

    /// <summary>Why a test that asks <paramref name="modules"/> is skipped; null where all are there.</summary>
    public static string? ReasonToSkip(string[] modules)
    {
        string[] absent = [.. modules.Where(module => !Has(module))];
        return absent.Length == 0 ? null : $"{PythonProcess.Interpreter} has no {string.Join(", ", absent)}: './mlnetgen setup --peers' installs it";
    }

    private static bool Find(string module)
    {
        if (!File.Exists(PythonProcess.Interpreter)) return false;
        using var process = Process.Start(PythonProcess.Interpreter, ["-c", Program, module]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

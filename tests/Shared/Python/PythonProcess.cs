using System.Diagnostics;

namespace MLNetGen.Tests;

/// <summary>A Python program that answers every line with one line, for as long as the tests run.</summary>
internal sealed class PythonProcess
{
    public const string Interpreter = "/usr/bin/python3";

    private readonly Lock gate = new();
    private readonly Process process;

    public PythonProcess(string program) => process = Process.Start(new ProcessStartInfo(Interpreter, ["-c", program])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <exception cref="InvalidOperationException">The program ended; what it said is on the standard error.</exception>
    public string Ask(string line)
    {
        lock (gate)
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
            return process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"the Python program ended before it answered '{line}'");
        }
    }
}

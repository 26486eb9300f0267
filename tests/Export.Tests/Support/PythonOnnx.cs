using System.Diagnostics;

namespace MLNetGen.Export.Tests;

/// <summary>ONNX's own checker, through one Python process for all tests.</summary>
public static class PythonOnnx
{
    private const string Python = "/usr/bin/python3";

    private const string Program = """
        import sys, onnx
        print(onnx.defs.onnx_opset_version(), flush=True)
        for line in sys.stdin:
            try:
                onnx.checker.check_model(onnx.load(line.strip()), full_check=True)
                print("ok", flush=True)
            except Exception as e:
                print(" ".join(str(e).split()) or "failed", flush=True)
        """;

    private static readonly Lock Gate = new();
    private static readonly Process? Checker = Start(out highestOpset);
    private static readonly int highestOpset;

    public static bool IsPresent => Checker is not null;

    /// <summary>The newest operator set that this checker knows; 0 without one.</summary>
    public static int HighestOpset => highestOpset;

    /// <summary>Null when the checker, shape inference included, finds nothing wrong.</summary>
    public static string? Complaint(string path)
    {
        lock (Gate)
        {
            Checker!.StandardInput.WriteLine(path);
            Checker.StandardInput.Flush();
            string answer = Checker.StandardOutput.ReadLine() ?? "the checker stopped";
            return answer == "ok" ? null : answer;
        }
    }

    private static Process? Start(out int opset)
    {
        opset = 0;
        if (!File.Exists(Python)) return null;
        var process = Process.Start(new ProcessStartInfo(Python, ["-c", Program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (int.TryParse(process.StandardOutput.ReadLine(), out opset)) return process;
        process.Dispose();
        return null;
    }
}

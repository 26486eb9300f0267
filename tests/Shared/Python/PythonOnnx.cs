namespace MLNetGen.Tests;

/// <summary>ONNX's own checker, through one Python process for all tests.</summary>
internal static class PythonOnnx
{
    public const string Module = "onnx";

    // The full check infers shapes strictly: what cannot be inferred, or differs from what the file says, is a fault.
    private const string Program = """
        import sys, onnx
        for line in sys.stdin:
            ask = line.strip()
            if ask == "opset":
                print(onnx.defs.onnx_opset_version(), flush=True)
                continue
            try:
                onnx.checker.check_model(onnx.load(ask), full_check=True)
                print("ok", flush=True)
            except Exception as e:
                print(" ".join(str(e).split()) or "failed", flush=True)
        """;

    private static readonly Lazy<PythonProcess> Checker = new(() => new PythonProcess(Program));
    private static readonly Lazy<int> Opset = new(() => int.Parse(Checker.Value.Ask("opset")));

    public static bool IsPresent => PythonModules.Has(Module);

    /// <summary>The newest operator set that this checker knows.</summary>
    public static int HighestOpset => Opset.Value;

    /// <summary>Null when the checker, shape inference included, finds nothing wrong.</summary>
    public static string? Complaint(string path) => Checker.Value.Ask(path) is var answer && answer == "ok" ? null : answer;
}

namespace MLNetGen.Export.Tests;

public class PythonOnnxTests
{
    [PythonOnnxFact]
    public void The_checker_that_the_parity_tests_ask_finds_faults()
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, [8, 8]);
        Assert.NotNull(PythonOnnx.Complaint(path));
        File.Delete(path);
    }

    private sealed class PythonOnnxFactAttribute : FactAttribute
    {
        public PythonOnnxFactAttribute()
        {
            if (!PythonOnnx.IsPresent)
                Skip = "python3-onnx is not installed: the files were compared in ONNX Runtime, but not checked by ONNX's own checker.";
        }
    }
}

using MLNetGen.Tests;

namespace MLNetGen.Export.Tests;

public class PythonOnnxTests
{
    [PythonFact(PythonOnnx.Module)]
    public void The_checker_that_the_parity_tests_ask_finds_faults()
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, [8, 8]);
        Assert.NotNull(PythonOnnx.Complaint(path));
        File.Delete(path);
    }
}

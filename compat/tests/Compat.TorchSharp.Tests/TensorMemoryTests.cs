using System.Diagnostics;

namespace Compat.TorchSharpTests;

// The process's memory is measured: nothing else may run beside it.
[Collection(nameof(AloneCollection))]
public class TensorMemoryTests
{
    [Fact]
    public void A_thousand_steps_leave_tensors_and_memory_where_they_were()
    {
        using var outer = NewDisposeScope();
        var w = randn(256, 256, requires_grad: true);
        var x = randn(64, 256);
        for (int k = 0; k < 50; k++) Step(w, x);
        int tensors = outer.DisposablesCount;
        long before = ResidentBytes();
        for (int k = 0; k < 1000; k++) Step(w, x);
        Assert.Equal(tensors, outer.DisposablesCount);
        // A step makes more than 1 MB of tensors: a leak of one in a hundred would show.
        Assert.InRange(ResidentBytes() - before, long.MinValue, 8 << 20);
    }

    private static void Step(Tensor w, Tensor x)
    {
        using var scope = NewDisposeScope();
        x.matmul(w).tanh().matmul(w).pow(2).mean().backward();
        using var off = no_grad();
        w.sub_(w.grad! * 0.01f);
        w.grad!.zero_();
    }

    private static long ResidentBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}

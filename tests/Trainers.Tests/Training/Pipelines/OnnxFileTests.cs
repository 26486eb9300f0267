using static TorchSharp.torch;

namespace MLNetGen.Tests.Training.Pipelines;

public sealed class OnnxFileTests
{
    [Fact]
    public void Two_engines_agree_where_a_sigmoid_is_all_but_zero()
    {
        using TemporaryFolder folder = new();
        using nn.Module<Tensor, Tensor> black = nn.Sequential(new Below(), nn.Sigmoid());
        // ONNX Runtime's sigmoid of -15 is a tenth off, which is 3e-8.
        double worst = OnnxFile.Write(black, [zeros(1, 64)], folder.File("black.onnx"), new() { ModelName = "black" }, OnnxFile.Tolerance, "");
        Assert.InRange(worst, 0, 1e-6);
    }

    private sealed class Below() : nn.Module<Tensor, Tensor>(nameof(Below))
    {
        public override Tensor forward(Tensor input) => input * 0.1 - 15;
    }
}

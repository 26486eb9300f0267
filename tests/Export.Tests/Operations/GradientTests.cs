using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>A forward that takes gradients itself, of an energy, as networks for forces and scores do.</summary>
public sealed class GradientTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-test-{Guid.NewGuid():N}.onnx");

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradient_of_an_energy_by_layers_is_refused(bool isDetached)
    {
        using var module = new Forwards.Own(n =>
        {
            var one = n.With(Linear(6, 8));
            var two = n.With(Linear(8, 1));
            return x =>
            {
                using var gradients = enable_grad();
                Tensor place = (isDetached ? x.detach() : x.alias()).requires_grad_();
                return -autograd.grad([two.call(one.call(place).tanh()).sum()], [place])[0];
            };
        });
        Assert.Contains("gradients", Assert.Throws<ArgumentException>(() => OnnxExporter.Export(module, randn(2, 6), path)).Message);
        Assert.False(File.Exists(path));
    }
}

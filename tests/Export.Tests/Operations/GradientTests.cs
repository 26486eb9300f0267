using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Gradients that forward itself takes: written where every operation of the way back has a form, refused by name where not.</summary>
public sealed class GradientTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-test-{Guid.NewGuid():N}.onnx");

    public void Dispose() => File.Delete(path);

    public static TheoryData<string> Cases => ["sine", "layer", "tanh", "input", "second"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Try(string name)
    {
        using var scope = NewDisposeScope();
        Linear layer = Linear(6, 3);
        using var module = new Network(x =>
        {
            using var gradient = enable_grad();
            Tensor z = name == "input" ? x.requires_grad_() : x.detach().requires_grad_();
            Tensor y = name switch { "layer" => layer.call(z), "tanh" => layer.forward(z).tanh(), "second" => z * z * z, _ => z.sin() };
            Tensor g = autograd.grad([y.sum()], [z], create_graph: name == "second")[0];
            if (name == "second") g = autograd.grad([g.sum()], [z])[0];
            return (g + x).detach();
        }, layer);
        try
        {
            OnnxExporter.Export(module, rand(2, 6), path);
            File.AppendAllText("/tmp/export_grad.txt", $"{name}: {OnnxCheck.CompareRandom(module, path, rand(2, 6))}\n");
        }
        catch (Exception e)
        {
            File.AppendAllText("/tmp/export_grad.txt", $"{name}: {e.GetType().Name}: {e.Message}\n");
        }
    }
}

using System.Linq.Expressions;
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

    // libtorch has nothing to refuse these by but the end of the process.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradient_that_no_layer_sees_is_refused_before_forward_runs(bool isEnabled)
    {
        using var module = new ForceField(isEnabled);
        string message = Assert.Throws<ArgumentException>(() => OnnxExporter.Export(module, randn(2, 6), path)).Message;

        Assert.Contains("'energy' (EnergyGradient)", message);
        Assert.Contains("EnergyGradient.Derivative", message);
        Assert.Equal(0, module.Runs);
    }

    // The file is another module's: none of this one can be made.
    [Fact]
    public void Comparing_such_a_forward_with_a_file_is_refused_before_it_runs()
    {
        using var other = Sequential(Linear(6, 6));
        using Tensor x = randn(2, 6);
        OnnxExporter.Export(other, x, path);
        using var module = new ForceField(isEnabled: false);

        Assert.Throws<ArgumentException>(() => OnnxCheck.Compare(module, path, x));
        Assert.Throws<ArgumentException>(() => OnnxCheck.CompareRandom(module, path, x));
        Assert.Equal(0, module.Runs);
    }

    [Fact]
    public void Gradient_in_a_function_is_refused()
    {
        ExportableModule function = ExportableModule.FromFunction(inputs =>
        {
            Tensor place = inputs[0].detach().requires_grad_();
            return [autograd.grad([(place.tanh() * place).sum()], [place])[0]];
        });

        Assert.Contains($"{nameof(GradientTests)}.{nameof(Gradient_in_a_function_is_refused)}", Assert.Throws<ArgumentException>(() => OnnxExporter.Export(function, randn(2, 6), path)).Message);
    }

    [Fact]
    public void A_module_whose_training_alone_takes_gradients_is_exported()
    {
        using var module = new Penalised();
        using Tensor x = randn(2, 6);
        OnnxExporter.Export(module, x, path);

        Assert.True(OnnxCheck.Compare(module, path, x).MaximumRelativeError < 1e-6);
    }

    // A compiled expression has no methods to be read.
    [Fact]
    public void A_function_made_while_the_program_runs_is_exported()
    {
        Func<Tensor, Tensor> twice = ((Expression<Func<Tensor, Tensor>>)(x => x.tanh() * 2)).Compile();
        using var module = new Forwards.Own(_ => twice);
        using Tensor x = randn(2, 6);
        OnnxExporter.Export(module, x, path);

        Assert.True(OnnxCheck.Compare(module, path, x).MaximumRelativeError < 1e-6);
    }

    private sealed class ForceField : Module<Tensor, Tensor>
    {
        private readonly EnergyGradient energy;

        public ForceField(bool isEnabled)
            : base(nameof(ForceField))
        {
            energy = new(isEnabled);
            RegisterComponents();
        }

        public int Runs { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Runs++;
            return -energy.call(input);
        }
    }

    private sealed class EnergyGradient(bool isEnabled) : Module<Tensor, Tensor>(nameof(EnergyGradient))
    {
        public override Tensor forward(Tensor input)
        {
            using var gradients = isEnabled ? enable_grad() : null;
            return Derivative(input.detach().requires_grad_());
        }

        private static Tensor Derivative(Tensor place) => autograd.grad([(place.tanh() * place).sum()], [place])[0];
    }

    private sealed class Penalised() : Module<Tensor, Tensor>(nameof(Penalised))
    {
        public override Tensor forward(Tensor input) => input.tanh() * 2;

        public Tensor Penalty(Tensor input) => autograd.grad([call(input).sum()], [input], create_graph: true)[0].square().sum();
    }
}

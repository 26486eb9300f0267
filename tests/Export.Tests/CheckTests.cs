using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class CheckTests
{
    [Fact]
    public void A_weight_changed_after_the_export_shows_with_its_size()
    {
        Linear linear = Linear(4, 2);
        using OnnxFile file = OnnxFile.Of(linear, zeros(1, 4));
        Assert.Equal(0, OnnxCheck.Compare(linear, file.Path, zeros(1, 4)).MaximumAbsoluteError);
        using (no_grad()) linear.bias!.add_(0.25);
        OnnxParity parity = OnnxCheck.Compare(linear, file.Path, zeros(1, 4));
        Assert.Equal(0.25, parity.MaximumAbsoluteError, 6);
        Assert.Equal(parity.MaximumAbsoluteError / linear.bias!.abs().max().item<float>(), parity.MaximumRelativeError, 6);
        Assert.Equal("output", parity.Outputs[0].Name);
    }

    [Fact]
    public void An_answer_that_is_not_a_number_never_passes()
    {
        Module<Tensor, Tensor> network = Sequential(Linear(4, 2));
        using OnnxFile file = OnnxFile.Of(network, zeros(1, 4));
        OnnxParity parity = OnnxCheck.Compare(network, file.Path, full([1, 4], float.NaN));
        Assert.True(double.IsNaN(parity.MaximumAbsoluteError));
        Assert.False(parity.IsWithin(1));
    }

    [Fact]
    public void A_network_that_mixes_its_batch_is_compared_at_its_own_batch_when_that_is_fixed()
    {
        Module<Tensor, Tensor> network = Sequential(Flatten(0), Linear(8, 3));
        using OnnxFile file = OnnxFile.Of(network, zeros(2, 4), new OnnxExportOptions { DynamicBatch = false });
        Assert.True(OnnxCheck.CompareRandom(network, file.Path, zeros(2, 4)).IsWithin(1e-5));
    }

    [Fact]
    public void A_tensor_that_the_module_holds_outlives_the_check()
    {
        var network = new Holding();
        using OnnxFile file = OnnxFile.Of(network, randn(1, 3));
        Assert.Equal(0, OnnxCheck.Compare(network, file.Path, randn(1, 3)).MaximumAbsoluteError);
        Assert.Equal([2, 3], network.Held.shape);
    }

    [Fact]
    public void Integers_below_zero_are_an_example_too()
    {
        using OnnxFile file = OnnxFile.Of(Identity(), tensor(new long[] { -5, -7 }));
        Assert.Equal(0, OnnxCheck.CompareRandom(Identity(), file.Path, tensor(new long[] { -5, -7 })).MaximumAbsoluteError);
    }

    [Fact]
    public void An_example_of_other_axes_than_the_file_is_refused()
    {
        using OnnxFile file = OnnxFile.Of(ReLU(), randn(1, 2));
        string message = Assert.Throws<InvalidOperationException>(() => OnnxCheck.CompareRandom(ReLU(), file.Path, randn(1, 2, 3))).Message;
        Assert.Contains("takes 2 axes, but the example has the shape [1, 2, 3]", message);
    }

    private sealed class Holding : Module<Tensor, Tensor>
    {
        private readonly ReLU unused = ReLU();

        public Holding()
            : base(nameof(Holding)) => RegisterComponents();

        public Parameter Held { get; } = Parameter(rand(2, 3));

        public override Tensor forward(Tensor input) => Held;
    }
}

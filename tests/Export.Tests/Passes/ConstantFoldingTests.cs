using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class ConstantFoldingTests
{
    [Fact]
    public void What_does_not_depend_on_the_input_is_stored()
    {
        manual_seed(1);
        Linear linear = Linear(4, 6);
        using OnnxFile folded = OnnxFile.Of(linear, randn(2, 3, 4));
        using OnnxFile plain = OnnxFile.Of(linear, randn(2, 3, 4), new OnnxExportOptions { FoldConstants = false });
        Assert.Equal(["MatMul", "Add"], folded.Operators());
        Assert.Equal(["Transpose", "MatMul", "Add"], plain.Operators());
        Assert.DoesNotContain("weight", folded.Initializers());
        Assert.True(OnnxCheck.Compare(linear, folded.Path, randn(3, 3, 4)).IsWithin(1e-5));
    }

    [Fact]
    public void A_chain_on_weights_alone_becomes_one_weight()
    {
        manual_seed(1);
        var network = new WeightArithmetic();
        using OnnxFile file = OnnxFile.Of(network, randn(2, 4));
        Assert.Equal(["Add"], file.Operators());
        Assert.Single(file.Initializers());
        Assert.True(OnnxCheck.Compare(network, file.Path, randn(3, 4)).IsWithin(1e-5));
    }

    [Fact]
    public void An_output_that_does_not_depend_on_the_input_is_still_an_output()
    {
        manual_seed(1);
        var network = new Constant();
        using OnnxFile file = OnnxFile.Of(network, randn(2, 4));
        Assert.True(OnnxCheck.Compare(network, file.Path, randn(3, 4)).IsWithin(1e-5));
    }

    private sealed class WeightArithmetic : Module<Tensor, Tensor>
    {
        private readonly Parameter a = Parameter(rand(4)), b = Parameter(rand(4));
        private readonly Add add = new();
        private readonly Multiply multiply = new();

        public WeightArithmetic()
            : base(nameof(WeightArithmetic)) => RegisterComponents();

        public override Tensor forward(Tensor input) => add.call(input, multiply.call(a, add.call(a, b)));
    }

    private sealed class Constant : Module<Tensor, Tensor[]>
    {
        private readonly Parameter a = Parameter(rand(4));
        private readonly Scale scale = new(2);

        public Constant()
            : base(nameof(Constant)) => RegisterComponents();

        public override Tensor[] forward(Tensor input) => [scale.call(input), scale.call(a)];
    }

    [Fact]
    public void A_constant_node_may_give_an_output_and_be_read_as_well()
    {
        manual_seed(1);
        Parity.Holds(new BestOfWeights(), [[3, 2]]);
    }

    private sealed class BestOfWeights : Module<Tensor, (Tensor, Tensor)>
    {
        private readonly Parameter scores = Parameter(rand(3, 4));
        private readonly TopK top = new(2);
        private readonly Add add = new();

        public BestOfWeights()
            : base(nameof(BestOfWeights)) => RegisterComponents();

        public override (Tensor, Tensor) forward(Tensor input)
        {
            (Tensor values, Tensor indexes) = top.call(scores);
            return (add.call(input, values), indexes);
        }
    }
}

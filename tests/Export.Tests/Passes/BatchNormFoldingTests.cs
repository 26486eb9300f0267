using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class BatchNormFoldingTests
{
    private static readonly OnnxExportOptions Folded = new() { FoldBatchNorm = true };

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Folded_layers_give_the_same_numbers(int seed)
    {
        manual_seed(seed);
        var random = new Random(seed);
        int groups = random.Next(1, 4), c = 2 * groups, d = 3 * groups;
        bool bias = random.Next(2) == 0;
        (Module<Tensor, Tensor> network, long[] row) = (seed % 4) switch
        {
            0 => (Sequential(Conv2d(c, d, 3, groups: groups, bias: bias), BatchNorm2d(d, affine: random.Next(2) == 0), ReLU()), [c, 7, 6]),
            1 => (Sequential(ConvTranspose2d(c, d, 3, stride: 2, groups: groups, bias: bias), BatchNorm2d(d), ReLU()), [c, 3, 4]),
            2 => (Sequential(Conv1d(c, d, 2, bias: bias), BatchNorm1d(d), Conv1d(d, c, 1), BatchNorm1d(c)), new long[] { c, 9 }),
            _ => ((Module<Tensor, Tensor>)Sequential(Linear(c, d, bias), BatchNorm1d(d, eps: 1e-3), Tanh()), new long[] { c }),
        };
        Parity.Holds(Parity.Shaken(network), [row], options: Folded);
        using OnnxFile file = OnnxFile.Of(network, randn([2, .. row]), Folded);
        Assert.DoesNotContain("BatchNormalization", file.Operators());
        Assert.DoesNotContain(file.Initializers(), name => name.Contains("running", StringComparison.Ordinal));
    }

    [Fact]
    public void A_result_that_others_read_too_is_left_alone()
    {
        manual_seed(1);
        var conv = Conv2d(2, 2, 1);
        var norm = BatchNorm2d(2);
        var add = new Add();
        var network = Parity.Shaken(new Network(x => { Tensor y = conv.call(x); return add.call(y, norm.call(y)); }, conv, norm, add));
        Parity.Holds(network, [[2, 4, 4]], options: Folded);
        using OnnxFile file = OnnxFile.Of(network, randn(2, 2, 4, 4), Folded);
        Assert.Contains("BatchNormalization", file.Operators());
    }

    [Fact]
    public void A_layer_used_twice_keeps_its_own_weights_where_nothing_follows()
    {
        manual_seed(1);
        var conv = Conv2d(2, 2, 1);
        var norm = BatchNorm2d(2);
        var network = Parity.Shaken(new Network(x => conv.call(norm.call(conv.call(x))), conv, norm));
        Parity.Holds(network, [[2, 4, 4]], options: Folded);
        using OnnxFile file = OnnxFile.Of(network, randn(2, 2, 4, 4), Folded);
        Assert.Equal(["Conv", "Conv"], file.Operators());
    }

    [Fact]
    public void Unless_asked_the_layers_stay()
    {
        using OnnxFile file = OnnxFile.Of(Sequential(Conv2d(2, 2, 1), BatchNorm2d(2)), randn(2, 2, 4, 4));
        Assert.Equal(["Conv", "BatchNormalization"], file.Operators());
    }

    [Fact]
    public void One_weight_with_two_normalisations_is_folded_into_two()
    {
        manual_seed(1);
        var conv = Conv2d(4, 4, 3, padding: 1, groups: 2, bias: false);
        var (first, second, add) = (BatchNorm2d(4), BatchNorm2d(4, affine: false), new Add());
        var network = Parity.Shaken(new Network(x => add.call(first.call(conv.call(x)), second.call(conv.call(x))), conv, first, second, add));
        Parity.Holds(network, [[4, 6, 6]], options: Folded);
        using OnnxFile file = OnnxFile.Of(network, randn(2, 4, 6, 6), Folded);
        Assert.DoesNotContain("BatchNormalization", file.Operators());
    }

    [Fact]
    public void A_product_with_a_factor_of_its_own_is_left_alone()
    {
        manual_seed(1);
        Parity.Holds(Parity.Shaken(Sequential(new HalvedProduct(), BatchNorm1d(3))), [[4]], options: Folded);
    }

    private sealed class HalvedProduct : Module<Tensor, Tensor>, IOnnxConvertible
    {
        private readonly Parameter weight = Parameter(rand(3, 4)), bias = Parameter(rand(3));

        public HalvedProduct()
            : base(nameof(HalvedProduct)) => RegisterComponents();

        public override Tensor forward(Tensor input) => input.matmul(weight.t()) * 0.5 + bias;

        public void ToOnnx(OnnxCall call) => call.SetOutput(
            call.Node("Gemm", [call.Input(), call.Weight(weight), call.Weight(bias)], ("transB", 1), ("alpha", 0.5)));
    }
}

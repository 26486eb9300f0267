using MLNetGen.Tests;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class TracingTests
{
    public TracingTests() => manual_seed(1);

    [Fact]
    public void Nested_modules_with_residuals_joins_and_unused_layers_keep_their_numbers() =>
        Parity.Holds(Parity.Shaken(new NestedNetwork()), 3, 8, 8);

    [Fact]
    public void A_layer_that_works_in_place_keeps_its_numbers() =>
        Parity.Holds(Parity.Shaken(new ResidualBlock(3, inplace: true)), 3, 5, 5);

    [Fact]
    public void Who_reads_a_tensor_after_a_layer_changed_it_in_place_reads_the_change()
    {
        ReLU relu = ReLU(inplace: true);
        Linear linear = Parity.Shaken(Linear(4, 4));
        var add = new Add();
        Parity.Holds(new Network(x =>
        {
            Tensor y = linear.call(x);
            return add.call(relu.call(y), y);
        }, relu, linear, add), 4);
    }

    [Fact]
    public void A_layer_that_works_in_place_stays_where_the_example_shows_no_effect()
    {
        Linear linear = Parity.Shaken(Linear(4, 4));
        var network = Sequential(linear, ReLU(inplace: true));
        using (no_grad()) linear.bias!.fill_(1);
        Tensor example = zeros(2, 4);
        using OnnxFile file = OnnxFile.Of(network, example);
        Assert.Equal(["Gemm", "Relu"], file.Operators());
        OnnxParity parity = OnnxCheck.Compare(network, file.Path, randn(3, 4) * 10);
        Assert.True(parity.IsWithin(1e-5), parity.ToString());
    }

    [Fact]
    public void A_layer_used_twice_is_written_twice_with_one_set_of_weights()
    {
        Linear linear = Parity.Shaken(Linear(4, 4));
        var network = new Network(x => linear.call(linear.call(x)), linear);
        using OnnxFile file = OnnxFile.Of(network, randn(2, 4));
        Assert.Equal(["Gemm", "Gemm"], file.Operators());
        Assert.Equal(2, file.Initializers().Count);
        Parity.Holds(network, 4);
    }

    [Fact]
    public void Layers_that_share_a_weight_share_the_initializer()
    {
        Linear first = Linear(4, 4, hasBias: false), second = Linear(4, 4, hasBias: false);
        second.weight = first.weight;
        Module<Tensor, Tensor> network = Sequential(first, Tanh(), second);
        using OnnxFile file = OnnxFile.Of(network, randn(2, 4));
        Assert.Equal(["0.weight"], file.Initializers());
        Parity.Holds(network, 4);
    }

    [Fact]
    public void Weights_carry_their_state_dict_names()
    {
        var network = new NestedNetwork();
        using OnnxFile file = OnnxFile.Of(network, randn(1, 3, 8, 8));
        IReadOnlyList<string> names = file.Initializers();
        Assert.Contains("stem.1.running_mean", names);
        Assert.Contains("blocks.2.conv1.weight", names);
        Assert.DoesNotContain("neverCalled.weight", names);
        Assert.Subset(network.state_dict().Keys.ToHashSet(), names.Where(name => !name.StartsWith("constant", StringComparison.Ordinal)).ToHashSet());
    }

    [Fact]
    public void A_parameter_may_be_a_layers_input() => Parity.Holds(new WithOffset(), 4);

    [Fact]
    public void A_module_that_returns_its_input_gives_a_file_that_copies()
    {
        var network = new Network(x => x);
        using OnnxFile file = OnnxFile.Of(network, randn(2, 4));
        Assert.Equal(["Identity"], file.Operators());
        Parity.Holds(network, 4);
    }

    public static TheoryData<string> Mixtures => ["mask", "int64", "int32 and int64", "divided int64", "scaled int64", "joined int64"];

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Numbers_of_two_types_become_the_type_that_torch_makes_of_them(string mixture)
    {
        Tensor floats = randn(2, 3), longs = randint(-5, 5, [2, 3], ScalarType.Int64);
        (ExportableModule module, Tensor[] inputs) = mixture switch
        {
            "mask" => ((ExportableModule)new Multiply(), new[] { floats, longs > 0 }),
            "int64" => (new Subtract(), [longs, floats]),
            "int32 and int64" => (new Add(), [longs.to_type(ScalarType.Int32), longs]),
            "divided int64" => (new Divide(), [longs, longs + 20]),
            "scaled int64" => (new Scale(0.5, 1), [longs]),
            _ => (new Concat(), [floats, longs]),
        };
        using OnnxFile file = OnnxFile.Of(module, inputs);
        Assert.True(OnnxCheck.Compare(module, file.Path, inputs).IsWithin(1e-6));
        if (PythonOnnx.IsPresent) Assert.Null(PythonOnnx.Complaint(file.Path));
    }

    [Fact]
    public void A_first_layer_that_works_in_place_leaves_the_example_alone()
    {
        Tensor example = randn(2, 4);
        using Tensor before = example.clone();
        using OnnxFile file = OnnxFile.Of(Sequential(ReLU(inplace: true), Linear(4, 2)), example);
        Assert.True(example.equal(before).all().item<bool>());
    }

    [Fact]
    public void One_tensor_returned_twice_becomes_two_outputs() => Parity.Holds(new Twice(), [[4]]);

    [Fact]
    public void An_intermediate_result_may_be_an_output_and_go_on() => Parity.Holds(new WithFeatures(), [[4]]);

    [Fact]
    public void A_leaf_is_a_network_too() => Parity.Holds(Parity.Shaken(Linear(4, 2)), 4);

    [Fact]
    public void A_fixed_batch_is_written_as_such()
    {
        using OnnxFile file = OnnxFile.Of(Linear(4, 2), randn(5, 4), new OnnxExportOptions { DynamicBatch = false });
        using var session = file.Open();
        Assert.Equal([5, 4], session.InputMetadata["input"].Dimensions);
        Assert.Equal([5, 2], session.OutputMetadata["output"].Dimensions);
    }

    [Fact]
    public void A_module_with_its_own_converter_hides_its_parts()
    {
        OnnxConverters.Register<Doubler>((module, call) =>
        {
            OnnxValue x = call.Input();
            call.SetOutput(x + x);
        });
        var network = new Doubler();
        using OnnxFile file = OnnxFile.Of(network, randn(2, 4));
        Assert.Equal(["Add"], file.Operators());
        Parity.Holds(network, 4);
    }

    [Fact]
    public void Converters_may_be_registered_while_others_export()
    {
        Parallel.For(0, 32, i =>
        {
            if (i % 2 == 0) OnnxConverters.Register<Registered>((_, call) => call.SetOutput(call.Input() * 1));
            else Assert.NotEmpty(OnnxConverters.Supported);
        });
        Assert.Contains(nameof(Registered), OnnxConverters.Supported);
    }

    private sealed class WithOffset : Module<Tensor, Tensor>
    {
        private readonly Parameter offset = new(randn(4));
        private readonly Add add = new();

        public WithOffset()
            : base(nameof(WithOffset)) => RegisterComponents();

        public override Tensor forward(Tensor input) => add.call(input, offset);
    }

    private sealed class Twice : Module<Tensor, (Tensor, Tensor)>
    {
        private readonly Tanh tanh = Tanh();

        public Twice()
            : base(nameof(Twice)) => RegisterComponents();

        public override (Tensor, Tensor) forward(Tensor input)
        {
            Tensor y = tanh.call(input);
            return (y, y);
        }
    }

    private sealed class WithFeatures : Module<Tensor, (Tensor, Tensor, Tensor)>
    {
        private readonly Linear body = Linear(4, 3), head = Linear(3, 2);

        public WithFeatures()
            : base(nameof(WithFeatures)) => RegisterComponents();

        public override (Tensor, Tensor, Tensor) forward(Tensor input)
        {
            Tensor features = body.call(input);
            return (features, head.call(features), input);
        }
    }

    private sealed class Doubler : Module<Tensor, Tensor>
    {
        private readonly Identity part = Identity();

        public Doubler()
            : base(nameof(Doubler)) => RegisterComponents();

        public override Tensor forward(Tensor input) => part.call(input) * 2;
    }

    private sealed class Registered : Module<Tensor, Tensor>
    {
        public Registered()
            : base(nameof(Registered))
        {
        }

        public override Tensor forward(Tensor input) => input.alias();
    }
}

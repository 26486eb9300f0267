using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

public class ModuleTests
{
    [Fact]
    public void Names_come_from_fields_attributes_and_positions_in_order()
    {
        using var network = new TwoLayers();

        Assert.Equal(
            ["gain", "first.weight", "first.bias", "rest.norm.weight", "rest.norm.bias", "heads.0.weight", "heads.0.bias"],
            network.named_parameters().Select(named => named.name));
        Assert.Equal(
            ["offset", "rest.norm.running_mean", "rest.norm.running_var", "rest.norm.num_batches_tracked"],
            network.named_buffers().Select(named => named.name));
        Assert.Equal(["first", "rest", "heads"], network.named_children().Select(named => named.name));
        Assert.Equal(
            ["first", "rest", "heads", "rest.norm", "rest.act", "rest.drop", "heads.0", "heads.1"],
            network.named_modules().Select(named => named.name));
        Assert.Equal(["gain"], network.named_parameters(recurse: false).Select(named => named.name));
        Assert.Equal(7, network.parameters().Count());
    }

    [Fact]
    public void Parameters_and_buffers_are_found_by_path()
    {
        using var network = new TwoLayers();
        Assert.Equal([4, 3], network.get_parameter("first.weight")!.shape);
        Assert.True(network.has_parameter("heads.0.bias"));
        Assert.False(network.has_parameter("heads.7.bias"));
        Assert.Null(network.get_parameter("first.nothing"));
        Assert.True(network.has_buffer("rest.norm.running_mean"));
        Assert.Equal([2], network.get_buffer("offset")!.shape);
    }

    [Fact]
    public void A_parameter_shared_by_two_layers_is_listed_once()
    {
        using var shared = Linear(2, 2);
        using var both = Sequential(("a", shared), ("b", shared));
        Assert.Equal(["a.weight", "a.bias"], both.named_parameters().Select(named => named.name));
    }

    [Fact]
    public void Names_are_taken_once_and_hold_no_dots()
    {
        using var network = new TwoLayers();
        using var layer = Linear(1, 1);
        Assert.Throws<InvalidOperationException>(() => network.register_module("first", layer));
        Assert.Throws<ArgumentException>(() => network.register_module("a.b", layer));
        Assert.Throws<InvalidOperationException>(() => network.register_buffer("offset", zeros(1)));
        Assert.Throws<InvalidOperationException>(() => network.register_parameter("gain", Parameter(zeros(1))));
        Assert.Throws<InvalidOperationException>(() => ReLU().register_buffer("b", zeros(1)));
    }

    [Fact]
    public void Training_and_evaluation_reach_every_module_below()
    {
        using var network = new TwoLayers();
        Assert.True(network.training);
        network.eval();
        Assert.All(network.modules(), module => Assert.False(module.training));
        network.train();
        Assert.All(network.modules(), module => Assert.True(module.training));
    }

    [Fact]
    public void Apply_visits_the_children_before_the_module()
    {
        using var network = Sequential(ReLU(), Sequential(Tanh()));
        var seen = new List<string>();
        network.apply(module => seen.Add(module.GetType().Name));
        Assert.Equal(["ReLU", "Tanh", "Sequential", "Sequential"], seen);
    }

    [Fact]
    public void Batch_normalisation_learns_its_statistics_only_while_training()
    {
        using var scope = NewDisposeScope();
        using var norm = BatchNorm1d(1);
        var batch = tensor(new[] { 1f, 3f }).reshape(2, 1);

        norm.call(batch);
        norm.eval();
        norm.call(batch);

        // 0.9·0 + 0.1·2, and 0.9·1 + 0.1·2, the variance with n - 1.
        Numbers.AssertClose([0.2f], norm.running_mean!, 1e-6);
        Numbers.AssertClose([1.1f], norm.running_var!, 1e-6);
        Assert.Equal(1L, norm.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void A_state_dictionary_makes_another_network_the_same()
    {
        using var scope = NewDisposeScope();
        using TwoLayers one = new(), other = new();
        one.eval();
        other.eval();

        other.load_state_dict(one.state_dict());

        var x = Numbers.Sines(5, 3);
        Assert.Equal(one.call(x).flatten().data<float>().ToArray(), other.call(x).flatten().data<float>().ToArray());
    }

    [Fact]
    public void A_state_dictionary_of_another_shape_is_refused_when_strict()
    {
        using var network = new TwoLayers();
        var state = network.state_dict();
        state.Remove("gain");
        state["extra"] = zeros(1);

        var error = Assert.Throws<InvalidOperationException>(() => network.load_state_dict(state));
        Assert.Contains("gain", error.Message, StringComparison.Ordinal);
        var (missing, unexpected) = network.load_state_dict(state, strict: false);
        Assert.Equal(["gain"], missing);
        Assert.Equal(["extra"], unexpected);
        Assert.Empty(network.load_state_dict(state, strict: true, skip: ["gain", "extra"]).missing_keys);
    }

    [Fact]
    public void Zero_grad_takes_gradients_away_or_fills_them_with_zeros()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(2, 1);
        layer.call(ones(1, 2)).sum().backward();
        layer.zero_grad(set_to_none: false);
        Assert.Equal([0f, 0f], layer.weight.grad!.flatten().data<float>().ToArray());
        layer.zero_grad();
        Assert.Null(layer.weight.grad);
    }

    [Fact]
    public void Conversion_replaces_parameters_and_floating_buffers_and_leaves_counters()
    {
        using var scope = NewDisposeScope();
        using var network = new TwoLayers();
        network.call(Numbers.Sines(5, 3)).sum().backward();

        var same = network.to(ScalarType.Float64);

        Assert.Same(network, same);
        Assert.All(network.parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.is_leaf));
        Assert.Equal(ScalarType.Float64, network.get_parameter("gain")!.grad!.dtype);
        Assert.Equal(ScalarType.Int64, network.get_buffer("rest.norm.num_batches_tracked")!.dtype);
        Assert.Equal(ScalarType.Float64, network.call(Numbers.Sines(5, 3).to(ScalarType.Float64)).dtype);
        Assert.Throws<ArgumentException>(() => network.to(ScalarType.Int32));
    }

    [Fact]
    public void Disposing_a_network_disposes_all_it_holds()
    {
        var network = new TwoLayers();
        var held = network.parameters().Concat(network.buffers()).ToList();
        network.Dispose();
        Assert.All(held, tensor => Assert.True(tensor.IsInvalid));
        network.Dispose();
    }

    [Fact]
    public void A_layer_made_within_a_dispose_scope_outlives_it()
    {
        Linear layer;
        BatchNorm2d norm;
        using (NewDisposeScope())
        {
            layer = Linear(2, 2);
            norm = BatchNorm2d(2);
        }
        Assert.False(layer.weight.IsInvalid || layer.bias!.IsInvalid || norm.weight.IsInvalid || norm.running_mean!.IsInvalid);
        layer.Dispose();
        norm.Dispose();
    }

    [Fact]
    public void A_layer_disposes_the_weight_that_another_one_replaces()
    {
        using var layer = Linear(2, 2);
        var before = layer.weight;
        layer.weight = Parameter(zeros(2, 2));
        Assert.True(before.IsInvalid);
        Assert.Same(layer.weight, layer.get_parameter("weight"));
    }

    [Fact]
    public void Sequential_disposes_what_passes_between_its_modules_and_not_its_input()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(Linear(2, 2), ReLU(), Identity(), Tanh());
        var seen = new List<Tensor>();
        foreach (var module in network.children().OfType<Module<Tensor, Tensor>>())
            module.register_forward_hook((_, _, output) =>
            {
                seen.Add(output);
                return output;
            });
        var x = ones(1, 2);

        var y = network.call(x);

        Assert.Equal([true, true, true, false], seen.Select(tensor => tensor.IsInvalid));
        Assert.Same(seen[^1], y);
        Assert.False(x.IsInvalid);
    }

    [Fact]
    public void Sequential_is_indexed_sliced_and_appended_to()
    {
        using var network = Sequential(ReLU(), Tanh()).append(Sigmoid()).append("last", Identity());
        Assert.Equal(4, network.Count);
        Assert.IsType<Sigmoid>(network[2]);
        Assert.Equal(["1", "2"], network[1..3].named_children().Select(named => named.name));
        Assert.Equal(["2", "last"], network[^2..].named_children().Select(named => named.name));
        using var empty = Sequential();
        using var x = ones(1);
        using var y = empty.call(x);
        Assert.NotSame(x, y);
    }

    [Fact]
    public void Dictionaries_and_lists_of_modules_keep_their_order_and_names()
    {
        using var dictionary = ModuleDict(("b", ReLU()), ("a", Linear(1, 1)));
        dictionary.Add("c", Tanh());
        using var holder = new Holder(dictionary, ParameterList(Parameter(zeros(1)), Parameter(zeros(2))));

        Assert.Equal(["b", "a", "c"], dictionary.Keys);
        Assert.IsType<Linear>(dictionary["a"]);
        Assert.Equal("b", dictionary[0].Item1);
        Assert.Equal(
            ["dictionary.a.weight", "dictionary.a.bias", "parameters_.0", "parameters_.1"],
            holder.named_parameters().Select(named => named.name));
    }

    [Fact]
    public void Layers_tell_the_names_that_TorchSharps_tell()
    {
        using var convolution = Conv2d(1, 1, 1);
        using var norm = BatchNorm2d(1);
        Assert.Equal("Conv2d", convolution.GetName());
        Assert.Equal("BatchNorm1d", norm.GetName());
        using var network = new TwoLayers();
        Assert.Equal("TwoLayers", network.GetName());
    }

    [Fact]
    public void Wrong_input_is_refused_by_the_layer()
    {
        using var scope = NewDisposeScope();
        using var convolution = Conv2d(3, 1, 1);
        using var norm = BatchNorm2d(3);
        var error = Assert.Throws<ArgumentException>(() => convolution.call(ones(1, 2, 4, 4)));
        Assert.Equal("Expected 3D (unbatched) or 4D (batched) input with 3 channels to Conv2d.", error.Message);
        Assert.Throws<ArgumentException>(() => norm.call(ones(1, 3)));
        Assert.Throws<ArgumentException>(() => Conv2d(1, 1, 3, Padding.Same, stride: 2));
    }

    [Fact]
    public void A_transposed_convolution_gives_the_output_size_asked_for()
    {
        using var scope = NewDisposeScope();
        using var layer = ConvTranspose2d(1, 1, 3, stride: 2, padding: 1);
        var x = ones(1, 1, 4, 4);
        Assert.Equal([1, 1, 7, 7], layer.call(x).shape);
        Assert.Equal([1, 1, 8, 7], layer.forward(x, [8, 7]).shape);
        Assert.Throws<ArgumentException>(() => layer.forward(x, [9, 7]));
    }

    private sealed class Holder : Module
    {
        private readonly ModuleDict<Module> dictionary;
        private readonly ParameterList parameters_;

        public Holder(ModuleDict<Module> dictionary, ParameterList parameters)
            : base(nameof(Holder))
        {
            this.dictionary = dictionary;
            parameters_ = parameters;
            RegisterComponents();
        }
    }
}

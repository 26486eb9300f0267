using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Compat.TorchSharpTests.Optim;

/// <summary>Ten steps of a linear fit against PyTorch 1.13: weights sin(0..5), bias sin(0..1).</summary>
public class OptimizerTests
{
    public static TheoryData<string, float[]> AfterTenSteps => new()
    {
        { "SGD", [0.024611212f, 0.71066254f, 0.98678714f, 0.44681373f, -0.69767797f, -0.49778187f, 0.4992047f, 0.73421615f] },
        { "SGD with momentum", [0.076988578f, 0.54568344f, 1.0655596f, 0.63411272f, -0.6649335f, -0.13040656f, 1.2104381f, 0.581716f] },
        { "SGD, all of it", [0.071075551f, 0.53805703f, 0.99736035f, 0.49733996f, -0.65155083f, -0.25798088f, 1.0133469f, 0.61863154f] },
        { "SGD, damped", [0.066978119f, 0.55049109f, 1.0738213f, 0.72681791f, -0.64599532f, -0.035036553f, 1.1787095f, 0.58778673f] },
        { "Adam", [0.48879072f, 0.38252226f, 1.1582994f, 0.59598136f, -0.73655087f, -0.50298363f, 0.47881094f, 0.63299102f] },
        { "Adam with decay", [0.38800931f, 0.38611311f, 0.65408164f, 0.56757843f, -0.36644351f, -0.51223505f, 0.46869147f, 0.56502414f] },
        { "Adam, amsgrad", [0.48879072f, 0.38252226f, 1.1582994f, 0.59598136f, -0.73655087f, -0.50298363f, 0.47881094f, 0.63299102f] },
        { "Adam, ascending", [-0.11182572f, 1.349237f, 0.4058215f, -0.36664489f, -1.2556775f, -1.4666893f, -0.50655812f, 1.3472637f] },
        { "AdamW", [0.47845048f, 0.35570776f, 1.1100148f, 0.57493609f, -0.70331639f, -0.47029755f, 0.4685787f, 0.63177538f] },
        { "AdamW without decay", [0.48879072f, 0.38252226f, 1.1582994f, 0.59598136f, -0.73655087f, -0.50298363f, 0.47881094f, 0.63299102f] },
        { "RMSProp", [0.44162318f, 0.45836398f, 1.1499351f, 0.50507349f, -0.70051551f, -0.58990109f, 0.42137828f, 0.68917382f] },
        { "RMSProp, all of it", [0.27964485f, 0.49754333f, 0.735385f, 0.45629969f, -0.45619985f, -0.62430471f, 0.35797614f, 0.62128061f] },
    };

    [Theory]
    [MemberData(nameof(AfterTenSteps))]
    public void Ten_steps_end_where_PyTorch_ends(string name, float[] expected)
    {
        using var scope = NewDisposeScope();
        using var fit = new LinearFit();
        using var optimizer = Make(name, fit.Parameters);

        for (int i = 0; i < 10; i++)
            fit.Step(optimizer);

        Numbers.AssertClose(expected, fit.All(), 1e-6);
    }

    [Theory]
    [InlineData("SGD with momentum")]
    [InlineData("Adam, amsgrad")]
    [InlineData("AdamW")]
    [InlineData("RMSProp, all of it")]
    public void A_run_that_is_saved_and_loaded_continues_as_one_that_was_not(string name)
    {
        using var scope = NewDisposeScope();
        using var whole = new LinearFit();
        using var wholeOptimizer = Make(name, whole.Parameters);
        for (int i = 0; i < 10; i++)
            whole.Step(wholeOptimizer);

        using var first = new LinearFit();
        using var firstOptimizer = Make(name, first.Parameters);
        for (int i = 0; i < 5; i++)
            first.Step(firstOptimizer);
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        firstOptimizer.save_state_dict(writer);

        using var second = new LinearFit();
        second.CopyFrom(first);
        using var secondOptimizer = Make(name, second.Parameters);
        file.Position = 0;
        using var reader = new BinaryReader(file);
        secondOptimizer.load_state_dict(reader);
        for (int i = 0; i < 5; i++)
            second.Step(secondOptimizer);

        Assert.Equal(whole.All().data<float>().ToArray(), second.All().data<float>().ToArray());
    }

    [Theory]
    [InlineData("SGD")]
    [InlineData("SGD with momentum")]
    [InlineData("SGD, all of it")]
    [InlineData("SGD, damped")]
    public void Parameters_of_any_layout_and_type_take_the_same_steps(string name)
    {
        using var scope = NewDisposeScope();
        Tensor Trained(Func<Tensor, Tensor> made)
        {
            var parameter = new Parameter(made(Numbers.Sines(5, 7)));
            using var optimizer = Make(name, [parameter]);
            for (int i = 0; i < 3; i++)
            {
                optimizer.zero_grad();
                (parameter * parameter * cos(parameter)).sum().backward();
                optimizer.step();
            }
            return parameter.detach().to(ScalarType.Float32).contiguous();
        }
        float[] expected = Trained(x => x.to(ScalarType.Float64)).data<float>().ToArray();
        Numbers.AssertClose(expected, Trained(x => x), 1e-6);
        Numbers.AssertClose(expected, Trained(x => x.t().contiguous().t()), 1e-6);
    }

    [Fact]
    public void A_state_dictionary_carries_over_options_and_averages()
    {
        using var scope = NewDisposeScope();
        using var fit = new LinearFit();
        using var trained = Adam(fit.Parameters, 0.05, 0.8, 0.95);
        fit.Step(trained);
        using var fresh = Adam(fit.Parameters, 1);

        fresh.load_state_dict(trained.state_dict());

        Assert.True(fresh.state_dict().State[0].ApproximatelyEquals(trained.state_dict().State[0]));
        Assert.Equal(0.05, fresh.ParamGroups.Single().LearningRate);
        Assert.Equal([[0, 1]], fresh.state_dict().StateIndexRef);
    }

    [Fact]
    public void The_state_of_another_kind_of_optimizer_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var fit = new LinearFit();
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        using var adam = Adam(fit.Parameters);
        adam.save_state_dict(writer);
        file.Position = 0;
        using var reader = new BinaryReader(file);
        using var sgd = SGD(fit.Parameters, 0.1);

        var error = Assert.Throws<InvalidDataException>(() => sgd.load_state_dict(reader));

        Assert.Equal("Mismatched optimizer type: expected 'SGD', but found 'Adam' in the loaded stream.", error.Message);
    }

    [Fact]
    public void A_file_of_SGD_holds_name_counts_options_and_buffers_in_TorchSharps_order()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(tensor(new[] { 1f }));
        using var sgd = SGD([parameter], 0.5, momentum: 0.25);
        using var loss = parameter.mul(2).sum();
        loss.backward();
        sgd.step();
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        sgd.save_state_dict(writer);

        using var expected = new MemoryStream();
        using var by = new BinaryWriter(expected);
        by.Write("SGD");
        by.Write(new byte[] { 1, 1 });
        foreach (double number in new[] { 0.5, 0.5, 0.25, 0, 0 })
            by.Write(number);
        by.Write(new byte[] { 0, 0, 1, 6, 1, 1 });
        by.Write(2f);
        Assert.Equal(expected.ToArray(), file.ToArray());
    }

    [Fact]
    public void Groups_have_options_of_their_own_and_the_defaults_for_the_rest()
    {
        using var scope = NewDisposeScope();
        var fast = new Parameter(tensor(new[] { 1f }));
        var slow = new Parameter(tensor(new[] { 1f }));
        using var sgd = SGD([new SGD.ParamGroup { Parameters = [fast], Options = new SGD.Options { LearningRate = 1 } }], 0.1);
        sgd.add_param_group(new SGD.ParamGroup { Parameters = [slow] });
        using var loss = fast.add(slow).sum();
        loss.backward();

        sgd.step();

        Assert.Equal(0f, fast.item<float>());
        Assert.Equal(0.9f, slow.item<float>());
        Assert.Equal([1, 0.1], sgd.ParamGroups.Select(group => group.LearningRate));
    }

    [Fact]
    public void Zero_grad_leaves_gradients_of_zeros_and_parameters_without_gradient_alone()
    {
        using var scope = NewDisposeScope();
        var used = new Parameter(tensor(new[] { 1f, 2f }));
        var idle = new Parameter(tensor(new[] { 1f }));
        using var adam = Adam([used, idle]);
        used.sum().backward();

        adam.zero_grad();

        Assert.Equal([0f, 0f], used.grad!.data<float>().ToArray());
        Assert.Null(idle.grad);
    }

    [Fact]
    public void A_closure_is_evaluated_with_gradients_and_its_loss_returned()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(tensor(new[] { 3f }));
        using var sgd = SGD([parameter], 0.5);

        using var _ = no_grad();
        var loss = sgd.step(() =>
        {
            var square = parameter.mul(parameter).sum();
            square.backward();
            return square;
        });

        Assert.Equal(9f, loss!.item<float>());
        Assert.Equal(0f, parameter.item<float>());
    }

    [Fact]
    public void Steps_make_no_tensors_that_stay()
    {
        using var scope = NewDisposeScope();
        using var fit = new LinearFit();
        using var adam = Adam(fit.Parameters);
        fit.Step(adam);
        int before = scope.DisposablesCount;

        adam.zero_grad();
        adam.step();

        Assert.Equal(before, scope.DisposablesCount);
    }

    private static OptimizerHelper Make(string name, IEnumerable<Parameter> p) => name switch
    {
        "SGD" => SGD(p, 0.1),
        "SGD with momentum" => SGD(p, 0.1, momentum: 0.9),
        "SGD, all of it" => SGD(p, 0.1, momentum: 0.9, weight_decay: 0.01, nesterov: true),
        "SGD, damped" => SGD(p, 0.1, momentum: 0.9, dampening: 0.3),
        "Adam" => Adam(p, 0.05),
        "Adam with decay" => Adam(p, 0.05, 0.8, 0.95, 1e-6, weight_decay: 0.1),
        "Adam, amsgrad" => Adam(p, 0.05, amsgrad: true),
        "Adam, ascending" => Adam(p, 0.05, maximize: true),
        "AdamW" => AdamW(p, 0.05, weight_decay: 0.1),
        "AdamW without decay" => AdamW(p, 0.05),
        "RMSProp" => RMSProp(p, 0.01),
        "RMSProp, all of it" => RMSProp(p, 0.01, 0.9, weight_decay: 0.1, momentum: 0.5, centered: true),

        _ => throw new ArgumentException(name),
    };
}

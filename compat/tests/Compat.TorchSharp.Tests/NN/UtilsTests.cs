using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

public class UtilsTests
{
    [Fact]
    public void Gradients_are_clipped_by_their_joint_norm()
    {
        using var scope = NewDisposeScope();
        var (a, b) = WithGradients();

        // ‖(3, -4, 12)‖ = 13
        Assert.Equal(13, utils.clip_grad_norm_([a, b], 6.5), 5);
        Numbers.AssertClose([1.5f, -2], a.grad!, 1e-6);
        Numbers.AssertClose([6], b.grad!, 1e-6);

        Assert.Equal(6.5, utils.clip_grad_norm_([a, b], 100), 5);
        Numbers.AssertClose([6], b.grad!, 1e-6);
    }

    [Fact]
    public void Gradients_are_clipped_by_their_largest_number()
    {
        using var scope = NewDisposeScope();
        var (a, b) = WithGradients();
        Assert.Equal(12, utils.clip_grad_norm_([a, b], 6, double.PositiveInfinity), 5);
        Numbers.AssertClose([1.5f, -2], a.grad!, 1e-6);
    }

    [Fact]
    public void Gradients_are_clipped_number_by_number()
    {
        using var scope = NewDisposeScope();
        var (a, b) = WithGradients();
        utils.clip_grad_value_([a, b], 3.5);
        Numbers.AssertClose([3, -3.5f], a.grad!, 0);
        Numbers.AssertClose([3.5f], b.grad!, 0);
    }

    [Fact]
    public void Parameters_go_into_one_vector_and_back()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(Numbers.Sines(2, 2));
        var b = new Parameter(ones(1));
        var vector = utils.parameters_to_vector([a, b]);
        Numbers.AssertClose([0, 0.841471f, 0.9092974f, 0.14112f, 1], vector, 1e-6);

        utils.vector_to_parameters(vector.detach().mul(2), [a, b]);

        Numbers.AssertClose([0, 1.682942f, 1.818595f, 0.28224f], a.flatten(), 1e-6);
        Numbers.AssertClose([2], b, 0);
    }

    private static (Parameter, Parameter) WithGradients()
    {
        var a = new Parameter(zeros(2));
        var b = new Parameter(zeros(1));
        a.grad = tensor(new[] { 3f, -4 });
        b.grad = tensor(new[] { 12f });
        return (a, b);
    }
}

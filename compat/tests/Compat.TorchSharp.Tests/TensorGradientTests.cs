using System.Runtime.InteropServices;

namespace Compat.TorchSharpTests;

public class TensorGradientTests
{
    [Fact]
    public void Backward_leaves_the_derivative()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2f, 3f }, requires_grad: true);
        Assert.Null(x.grad);
        (x * x * x).sum().backward(); // d/dx x³ = 3x²
        Assert.Equal([3f, 12f, 27f], x.grad!.data<float>().ToArray());
        (2 * x).sum().backward(); // gradients add up
        Assert.Equal([5f, 14f, 29f], x.grad!.data<float>().ToArray());
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void Grad_gives_the_derivative_and_the_derivatives_derivative()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var first = autograd.grad([x.pow(4)], [x], create_graph: true)[0];
        Assert.Equal(32, first.ToDouble(), 1e-9); // 4x³
        Assert.Equal(48, autograd.grad([first], [x])[0].ToDouble(), 1e-9); // 12x²
        Assert.Null(x.grad);
    }

    [Fact]
    public void Backward_twice_is_refused_unless_the_graph_is_kept()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2f, requires_grad: true);
        var y = x * x;
        y.backward(retain_graph: true);
        y.backward();
        Assert.Equal(8f, x.grad!.item<float>());
        var error = Assert.Throws<ExternalException>(y.backward);
        Assert.Contains("backward through the graph a second time", error.Message);
    }

    [Fact]
    public void Without_recording_there_is_no_graph()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad()) Assert.True((x * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }
        Assert.True((x * 2).requires_grad);
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * 2).requires_grad);
        }
        Assert.False(is_inference_mode_enabled());
    }

    [Fact]
    public void Detach_shares_the_numbers_and_not_the_graph()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var d = x.detach();
        d.fill_(5);
        Assert.False(d.requires_grad);
        Assert.Equal([5f, 5f], x.data<float>().ToArray());
        Assert.True(x.is_leaf);
        Assert.False((x + 1).is_leaf);
    }

    [Fact]
    public void An_in_place_change_of_a_leaf_that_is_learnt_is_refused()
    {
        using var x = ones(2, requires_grad: true);
        var error = Assert.Throws<ExternalException>(() => x.add_(1));
        Assert.Contains("a leaf Variable that requires grad is being used in an in-place operation", error.Message);
    }
}

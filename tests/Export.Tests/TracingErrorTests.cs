using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>What is said where libtorch's tracer is not there, and something happens between layers.</summary>
public sealed class TracingErrorTests : IDisposable
{
    private readonly LayersOnly layersOnly = new();
    private readonly Linear first = Linear(4, 4), second = Linear(4, 4);

    public TracingErrorTests() => manual_seed(1);

    public void Dispose() => layersOnly.Dispose();

    [Fact]
    public void An_operation_between_layers_names_the_consumer_the_place_and_the_remedy()
    {
        string message = Refused(x => second.call(x + first.call(x)));
        Assert.Contains("The input of 'parts.1' (Linear), of shape [2, 4], was not produced by any module", message);
        Assert.Contains("after 'parts.0' ran", message);
        Assert.Contains("MLNetGen.Export has Add", message);
        Assert.Contains("OnnxConverters.Register", message);
    }

    [Fact]
    public void A_layer_run_by_forward_is_recognised_and_the_remedy_is_call()
    {
        string message = Refused(x => second.call(first.forward(x)));
        Assert.Contains("run with forward() instead of call()", message);
        Assert.Contains("before any layer ran", message);
    }

    [Fact]
    public void Invisible_operation_after_the_last_layer_names_the_output()
    {
        string message = Refused(x => first.call(x).relu());
        Assert.Contains("Output 0 of the module", message);
    }

    [Fact]
    public void A_tensor_changed_in_place_between_layers_is_refused()
    {
        string message = Refused(x =>
        {
            Tensor y = first.call(x);
            y.add_(1);
            return second.call(y);
        });
        Assert.Contains("was changed in place", message);
        Assert.Contains("'parts.1'", message);
    }

    [Fact]
    public void Unknown_leaf_lists_what_is_supported_and_how_to_register()
    {
        var error = Assert.Throws<NotSupportedException>(() => OnnxFile.Of(Sequential(Linear(4, 4), new Mystery()), randn(2, 4)));
        Assert.Contains("There is no ONNX converter for Mystery ('1')", error.Message);
        Assert.Contains("Conv2d", error.Message);
        Assert.Contains("OnnxConverters.Register<Mystery>((module, call) =>", error.Message);
    }

    [Fact]
    public void Weights_that_are_not_numbers_are_refused_by_name()
    {
        Linear linear = Linear(4, 4);
        using (no_grad()) linear.bias!.fill_(double.NaN);
        var error = Assert.Throws<InvalidOperationException>(() => OnnxFile.Of(Sequential(linear), randn(2, 4)));
        Assert.Contains("'0.bias' holds 4 of 4 values that are not finite", error.Message);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(22)]
    public void Operator_sets_outside_of_13_to_21_are_refused(int opset)
    {
        var error = Assert.Throws<ArgumentException>(() => OnnxFile.Of(first, randn(2, 4), new OnnxExportOptions { Opset = opset }));
        Assert.Contains($"Opset is {opset}", error.Message);
    }

    [Fact]
    public void Wrong_numbers_of_names_and_inputs_are_refused()
    {
        Assert.Contains("2 output name(s) were given, but the module has 1", Assert.Throws<ArgumentException>(
            () => OnnxFile.Of(first, randn(2, 4), new OnnxExportOptions { OutputNames = ["a", "b"] })).Message);
        Assert.Contains("takes 1 tensor(s), but 2", Assert.Throws<ArgumentException>(
            () => OnnxFile.Of(first, [randn(2, 4), randn(2, 4)])).Message);
        Assert.Contains("both an input and an output", Assert.Throws<ArgumentException>(
            () => OnnxFile.Of(first, randn(2, 4), new OnnxExportOptions { InputNames = ["a"], OutputNames = ["a"] })).Message);
    }

    [Fact]
    public void A_layer_that_fails_on_no_tensors_is_named()
    {
        var join = new Concat();
        string message = Assert.Throws<ArgumentException>(() => OnnxFile.Of(new Network(_ => join.call([]), join), randn(2, 4))).Message;
        Assert.Contains("'parts.0' (Concat)", message);
    }

    [Fact]
    public void Arithmetic_on_truth_values_is_refused()
    {
        Tensor mask = randn(2, 4) > 0;
        Assert.Contains("make one of them a number", Assert.Throws<NotSupportedException>(() => OnnxFile.Of(new Add(), [mask, mask.clone()])).Message);
    }

    private string Refused(Func<Tensor, Tensor> forward) =>
        Assert.Throws<InvalidOperationException>(() => OnnxFile.Of(new Network(forward, first, second), randn(2, 4))).Message;
}

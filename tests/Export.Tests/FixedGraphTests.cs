using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>A graph is fixed: a module that looks at its input's values has none.</summary>
public sealed class FixedGraphTests : IDisposable
{
    private readonly LayersOnly layersOnly = new();
    private readonly Linear first = Linear(4, 4), second = Linear(4, 4);

    public FixedGraphTests() => manual_seed(1);

    public void Dispose() => layersOnly.Dispose();

    [Fact]
    public void A_branch_on_the_inputs_values_is_refused()
    {
        string message = Refused(x => x.sum().item<float>() > 0 ? first.call(x) : second.call(x));
        Assert.Contains("does not do the same for every input", message);
        Assert.Contains("'parts.0' on the input", message);
        Assert.Contains("'parts.1' on the input", message);
    }

    [Fact]
    public void A_number_of_steps_that_depends_on_the_values_is_refused()
    {
        string message = Refused(x =>
        {
            Tensor y = first.call(x);
            return x.max().item<float>() > 1.5 ? second.call(y) : y;
        }, tensor(new float[,] { { 2, 1, 0, -1 } }));
        Assert.Contains("step 2 was 'parts.1'", message);
        Assert.Contains("none any more", message);
    }

    [Fact]
    public void Another_wiring_is_refused()
    {
        string message = Refused(x => x.sum().item<float>() > 0 ? second.call(first.call(x)) : Both(x));
        Assert.Contains("step 2 was 'parts.1' on the output of 'parts.0'", message);
        Assert.Contains("'parts.1' on the input on another input", message);

        Tensor Both(Tensor x)
        {
            first.call(x).Dispose();
            return second.call(x);
        }
    }

    [Fact]
    public void An_example_of_the_wrong_shape_names_the_layer_and_both_shapes()
    {
        var network = Sequential(("conv", Conv2d(3, 4, 3)), ("flat", Flatten()), ("head", Linear(100, 5)));
        string message = Assert.Throws<ArgumentException>(() => OnnxFile.Of(network, randn(1, 3, 8, 8))).Message;
        Assert.Contains("Sequential does not accept the example input, Float32 [1, 3, 8, 8]", message);
        Assert.Contains("'head' (Linear), given [1, 144], says: mat1 and mat2 shapes cannot be multiplied (1x144 and 100x5)", message);
        Assert.DoesNotContain("Exception raised from", message);
    }

    [Fact]
    public void A_failure_between_layers_is_placed_after_the_last_one()
    {
        string message = Assert.Throws<ArgumentException>(() => OnnxFile.Of(
            new Network(x => second.call(first.call(x).reshape(3, 5)), first, second), randn(2, 4))).Message;
        Assert.Contains("after 'parts.0' ran", message);
    }

    [Fact]
    public void An_example_on_another_device_is_refused_before_anything_runs()
    {
        string message = Assert.Throws<ArgumentException>(() => OnnxFile.Of(first, randn(2, 4, device: META))).Message;
        Assert.Contains("Example input 0 is on meta, but 'weight' is on cpu", message);
    }

    private string Refused(Func<Tensor, Tensor> forward, Tensor? example = null) => Assert.Throws<InvalidOperationException>(
        () => OnnxFile.Of(new Network(forward, first, second), example ?? ones(2, 4) - 0.5)).Message;
}

using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Modules and functions of every signature.</summary>
public sealed class SignatureTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-test-{Guid.NewGuid():N}.onnx");

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Dictionaries_name_inputs_and_outputs()
    {
        using var scope = NewDisposeScope();
        using var module = new Any<Dictionary<string, Tensor>, Dictionary<string, Tensor>>(x => new() { ["sum"] = x["left"] + x["right"], ["product"] = x["left"] * x["right"] });
        Check(ExportableModule.ByName(module, "left", "right"), [rand(2, 3), rand(2, 3)], ["left", "right"], ["sum", "product"]);
    }

    [Fact]
    public void A_dictionary_in_and_a_tensor_out()
    {
        using var scope = NewDisposeScope();
        using var module = new Any<Dictionary<string, Tensor>, Tensor>(x => x["left"] - x["right"]);
        Check(ExportableModule.ByName(module, "right", "left"), [rand(2, 3), rand(2, 3)], ["right", "left"], ["output"]);
    }

    [Fact]
    public void A_tensor_in_and_a_dictionary_out()
    {
        using var scope = NewDisposeScope();
        using var module = new Any<Tensor, Dictionary<string, Tensor>>(x => new() { ["sine"] = x.sin(), ["cosine"] = x.cos() });
        Check(module, [rand(2, 3)], ["input"], ["sine", "cosine"]);
    }

    [Fact]
    public void Tuples_lists_and_arrays()
    {
        using var scope = NewDisposeScope();
        Check(new Any<(Tensor, Tensor), Tensor>(x => x.Item1 / (x.Item2 + 1)), [rand(2, 3), rand(2, 3)], ["input_0", "input_1"], ["output"]);
        Check(new Any<(Tensor, Tensor, Tensor), Tensor>(x => x.Item1 + x.Item2 * x.Item3), [rand(2, 3), rand(2, 3), rand(2, 3)], ["input_0", "input_1", "input_2"], ["output"]);
        Check(new Any<Tensor, (Tensor, Tensor, Tensor, Tensor)>(x => (x, x + 1, x * 2, -x)), [rand(2, 3)], ["input"], ["output_0", "output_1", "output_2", "output_3"]);
        Check(new Any<Tensor, List<Tensor>>(x => [x + 1, x * 2]), [rand(2, 3)], ["input"], ["output_0", "output_1"]);
        Check(new Any<Tensor[], Tensor[]>(x => [x[0] + x[1], x[2]]), [rand(2, 3), rand(2, 3), rand(2, 3)], ["input_0", "input_1", "input_2"], ["output_0", "output_1"]);
    }

    [Fact]
    public void A_tensor_and_a_tuple_in_and_an_array_out()
    {
        using var scope = NewDisposeScope();
        using var module = new Mixed();
        Check(module, [rand(2, 3), rand(2, 3), rand(2, 3)], ["input_0", "input_1", "input_2"], ["output_0", "output_1"]);
    }

    [Fact]
    public void A_module_that_takes_other_things_than_tensors_is_refused()
    {
        using var scope = NewDisposeScope();
        using var module = new Any<(Tensor, float), Tensor>(x => x.Item1 * x.Item2);
        Assert.Throws<ArgumentException>(() => OnnxExporter.Export(module, rand(2, 3), path));
        using var named = new Any<Dictionary<string, Tensor>, Tensor>(x => x["left"]);
        Assert.Throws<ArgumentException>(() => OnnxExporter.Export(named, rand(2, 3), path));
    }

    [Fact]
    public void A_function_and_the_modules_that_it_uses()
    {
        using var scope = NewDisposeScope();
        TorchSharp.Modules.Linear one = Linear(3, 4), two = Linear(3, 4);
        Check(ExportableModule.FromFunction(x => [one.call(x[0]).relu() + two.call(x[1]), x[0].sum()], one, two), [rand(2, 3), rand(2, 3)], ["input_0", "input_1"], ["output_0", "output_1"]);
        using FileStream stream = File.OpenRead(path);
        Assert.Equal(["0.bias", "0.weight", "1.bias", "1.weight"], ModelProto.Parser.ParseFrom(stream).Graph.Initializer.Select(tensor => tensor.Name).Where(name => name.Contains('.', StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_module_of_a_signature_of_its_own()
    {
        using var scope = NewDisposeScope();
        using var module = new Any<(Tensor, float), Tensor>(x => x.Item1 * x.Item2);
        Check(ExportableModule.Of(module, x => [module.call((x[0], 3f))]), [rand(2, 3)], ["input"], ["output"]);
    }

    [Fact]
    public void Other_keys_for_another_input_are_refused()
    {
        using var scope = NewDisposeScope();
        int runs = 0;
        using var module = new Any<Tensor, Dictionary<string, Tensor>>(x => new() { [$"run {runs++}"] = x + 1 });
        Assert.Throws<ArgumentException>(() => OnnxExporter.Export(module, rand(2, 3), path));
    }

    private void Check(ExportableModule module, Tensor[] inputs, string[] inputNames, string[] outputNames)
    {
        OnnxExporter.Export(module, inputs, path);
        Assert.InRange(OnnxCheck.Compare(module, path, [.. inputs.Select(input => rand(5, 3))]).MaximumRelativeError, 0, 1e-5);
        using var session = new InferenceSession(path);
        Assert.Equal(inputNames, session.InputNames);
        Assert.Equal(outputNames, session.OutputNames);
    }

    private sealed class Mixed() : Module<Tensor, (Tensor, Tensor), Tensor[]>(nameof(Mixed))
    {
        public override Tensor[] forward(Tensor first, (Tensor, Tensor) others) => [first - others.Item1, others.Item2 * 2];
    }

    private sealed class Any<TIn, TOut>(Func<TIn, TOut> run) : Module<TIn, TOut>(nameof(Any<TIn, TOut>))
    {
        public override TOut forward(TIn input) => run(input);
    }
}

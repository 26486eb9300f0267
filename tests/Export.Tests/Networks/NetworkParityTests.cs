using Microsoft.ML.OnnxRuntime;
using MLNetGen.Tests;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests;

/// <summary>Whole networks: what a file computes in ONNX Runtime is what its module computes.</summary>
public class NetworkParityTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Networks => [.. NetworkCases.All.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Exported_network_gives_the_same_numbers_and_the_same_five_best(string name)
    {
        using var scope = NewDisposeScope();
        NetworkCase network = NetworkCases.All[name];
        using var module = TrainedLike.Weights(network.Build());
        using OnnxFile file = OnnxFile.Of(module, network.Input(2));
        if (PythonOnnx.IsPresent) Assert.Null(PythonOnnx.Complaint(file.Path));
        using InferenceSession session = file.Open();
        module.eval();
        foreach (long batch in (long[])[1, 3])
        {
            Tensor input = network.Input(batch);
            Tensor expected;
            using (no_grad()) expected = module.call(input);
            Tensor actual = Run(session, input);
            Assert.Equal(expected.shape, actual.shape);
            Assert.InRange(Relative(expected, actual), 0, Tolerance);
            if (batch > 1) Assert.True(Relative(expected[0], expected[1]) > 100 * Tolerance, "the rows are all but alike: agreeing on them says little");
            if (network.Classes > 0) Assert.Equal(FiveBest(expected), FiveBest(actual));
        }
    }

    [Fact]
    public void AlexNet_is_the_papers()
    {
        using var network = new AlexNet();
        Assert.Equal(60_965_224, network.parameters().Sum(weight => weight.numel()));
    }

    private static Tensor Run(InferenceSession session, Tensor input)
    {
        using OrtValue value = input.dtype == int64
            ? OrtValue.CreateTensorValueFromMemory(input.data<long>().ToArray(), input.shape)
            : OrtValue.CreateTensorValueFromMemory(input.data<float>().ToArray(), input.shape);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, session.InputNames, [value], session.OutputNames);
        return tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
    }

    private static double Relative(Tensor expected, Tensor actual) =>
        (expected - actual).abs().max().item<float>() / expected.abs().max().item<float>();

    private static long[] FiveBest(Tensor scores) => scores.topk(5, 1).indexes.data<long>().ToArray();
}

using MLNetGen.Tests;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests;

/// <summary>The networks that the trainers build, in engines that are not ONNX Runtime's native one.</summary>
public class SecondEngineTests
{
    private static readonly long[] Batches = [1, 3];

    private static readonly Dictionary<string, NetworkCase> Networks = new()
    {
        ["DCGAN generator"] = NetworkCases.All["DCGAN generator"],
        ["DCGAN discriminator"] = NetworkCases.All["DCGAN discriminator"],
        ["Fast style"] = NetworkCases.All["Fast style"],
        ["AlexNet"] = new(() => new AlexNet(narrower: 8), [3, 227, 227], 1000),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    [BrowserTheory]
    [MemberData(nameof(Names))]
    public void Network_gives_the_same_numbers_in_a_browser(string name) => AssertSame(OnnxRuntimeWeb.Run, name, Batches);

    [PythonTheory(OpenCv.Module)]
    [MemberData(nameof(Names))]
    public void Network_gives_the_same_numbers_in_OpenCV(string name)
    {
        // OpenCV 4.6 runs InstanceNormalization with statistics of the wrong rows where there is more than one.
        long[] batches = name == "Fast style" ? [1] : Batches;
        AssertSame(OpenCv.Run, name, batches);
    }

    [BrowserFact]
    public void A_file_that_is_no_network_is_refused_by_the_browser()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "no network");
        var refusal = Assert.Throws<InvalidOperationException>(() => OnnxRuntimeWeb.Run(path, "input", [1], [1], ["output"]));
        Assert.Contains("onnxruntime-web", refusal.Message);
        Assert.Contains("protobuf", refusal.Message);
        File.Delete(path);
    }

    private static void AssertSame(SecondEngine engine, string name, long[] batches)
    {
        using var scope = NewDisposeScope();
        NetworkCase network = Networks[name];
        using var module = TrainedLike.Weights(network.Build());
        using OnnxFile file = OnnxFile.Of(module, network.Input(1));
        foreach (long batch in batches)
        {
            Tensor input = network.Input(batch);
            SameNumbers.Assert(engine, file.Path, input.shape, input.data<float>().ToArray());
        }
    }
}

using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public sealed class SlotNamesTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-{Guid.NewGuid():N}.onnx");

    public void Dispose() => File.Delete(path);

    private void Export(params string[] names)
    {
        using var layer = Linear(4, 3);
        using Tensor example = zeros(1, 4);
        OnnxExporter.Export(layer, example, path, new OnnxExportOptions { OutputNames = ["Score"], SlotNames = new Dictionary<string, IReadOnlyList<string>> { ["Score"] = names } });
    }

    [Fact]
    public void A_file_with_names_runs_as_one_without()
    {
        using DisposeScope scope = NewDisposeScope();
        using var layer = Linear(4, 3);
        Tensor example = rand(2, 4);
        OnnxExporter.Export(layer, example, path, new OnnxExportOptions
        {
            OutputNames = ["Score"],
            SlotNames = new Dictionary<string, IReadOnlyList<string>> { ["Score"] = ["cat", "dog", "über"] },
        });
        Assert.True(OnnxCheck.Compare(layer, path, example).IsWithin(1e-5));
        using InferenceSession session = new(path);
        Assert.Equal(["Score"], session.OutputMetadata.Keys);
    }

    [Fact]
    public void Names_that_do_not_fit_the_output_are_refused()
    {
        Assert.Contains("are 2, and its last axis has 3 places", Assert.Throws<ArgumentException>(() => Export("a", "b")).Message);
        Assert.Contains("not distinct", Assert.Throws<ArgumentException>(() => Export("a", "b", "a")).Message);
        Assert.Contains("none", Assert.Throws<ArgumentException>(() => Export()).Message);
        using var layer = Linear(4, 3);
        using Tensor example = zeros(1, 4);
        Assert.Contains("'Scores', which is no output; they are 'output'", Assert.Throws<ArgumentException>(() => OnnxExporter.Export(
            layer, example, path, new OnnxExportOptions { SlotNames = new Dictionary<string, IReadOnlyList<string>> { ["Scores"] = ["a", "b", "c"] } })).Message);
    }
}

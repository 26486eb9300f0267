using MLNetGen.Tests;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests;

/// <summary>Exports on one example and compares on inputs of other batch sizes and lengths.</summary>
internal static class SequenceParity
{
    /// <param name="module">What to export.</param>
    /// <param name="input">Makes the inputs for a batch size and a length.</param>
    /// <param name="axes">Names of the axes of any length, by input.</param>
    /// <param name="tolerance">The greatest relative error.</param>
    /// <param name="options">Options besides the axes.</param>
    public static void Holds(
        ExportableModule module, Func<long, long, Tensor[]> input, IReadOnlyDictionary<int, string>[] axes, double tolerance = 1e-5,
        Func<OnnxExportOptions>? options = null)
    {
        using var scope = NewDisposeScope();
        Tensor[] example = input(2, 4);
        OnnxExportOptions given = options?.Invoke() ?? new();
        var all = new OnnxExportOptions
        {
            Opset = given.Opset,
            WeightType = given.WeightType,
            FoldConstants = given.FoldConstants,
            DynamicAxes = axes.Select((names, i) => (Name: example.Length == 1 ? "input" : $"input_{i}", names)).ToDictionary(pair => pair.Name, pair => pair.names),
        };
        using OnnxFile file = OnnxFile.Of(module, example, all);
        if (PythonOnnx.IsPresent && all.Opset <= PythonOnnx.HighestOpset) Assert.Null(PythonOnnx.Complaint(file.Path));
        foreach ((long batch, long length) in new (long, long)[] { (1, 4), (3, 4), (2, 1), (3, 7) })
        {
            OnnxParity parity = OnnxCheck.Compare(module, file.Path, input(batch, length));
            Assert.True(parity.IsWithin(tolerance), $"batch {batch}, length {length}: {parity}");
        }
    }

    public static IReadOnlyDictionary<int, string> Axes(params (int Axis, string Name)[] names) => names.ToDictionary(pair => pair.Axis, pair => pair.Name);
}

using System.Text.Json;
using MLNetGen.Tests;

namespace MLNetGen.Export.Tests;

/// <summary>The shapes that python3-onnx infers, by value name.</summary>
internal static class PythonShapes
{
    private const string Program = """
        import json, sys, onnx
        for line in sys.stdin:
            graph = onnx.shape_inference.infer_shapes(onnx.load(line.strip())).graph
            values = list(graph.value_info) + list(graph.output)
            print(json.dumps({v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in values}), flush=True)
        """;

    private static readonly Lazy<PythonProcess> Process = new(() => new PythonProcess(Program));

    public static IReadOnlyDictionary<string, long[]> Infer(string path) =>
        JsonSerializer.Deserialize<Dictionary<string, long[]>>(Process.Value.Ask(path))!;
}

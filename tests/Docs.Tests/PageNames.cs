namespace MLNetGen.Tests.Docs;

/// <summary>What the names stand for that blocks use and prose introduces: members of the class that the compiler makes of statements, which hide what usings bring, and which a block's own variables hide.</summary>
internal static class PageNames
{
    public const string Usings = """
        global using System.Collections.Concurrent;
        global using Microsoft.ML; global using Microsoft.ML.Data; global using Microsoft.ML.Transforms.Image; global using Microsoft.ML.OnnxRuntime;
        global using MLNetGen; global using MLNetGen.Export; global using MLNetGen.Onnx;
        global using TorchSharp; global using TorchSharp.Modules;
        global using static TorchSharp.torch; global using static TorchSharp.torch.nn;
        """;

    private static readonly Dictionary<string, string> Everywhere = new()
    {
        ["ml"] = "MLContext",
        ["digits"] = "IDataView",
        ["birds"] = "IDataView",
        ["photos"] = "IDataView",
        ["photographs"] = "IDataView",
        ["holidays"] = "IDataView",
        ["small"] = "IDataView",
        ["train"] = "IDataView",
        ["test"] = "IDataView",
        ["training"] = "IDataView",
        ["heldOut"] = "IDataView",
        ["drawn"] = "IDataView",
        ["pictures"] = "IDataView",
        ["codes"] = "IDataView",
        ["threes"] = "IDataView",
        ["model"] = "ITransformer",
        ["split"] = "DataOperationsCatalog.TrainTestData",
        ["vae"] = "VaeTransformer",
        ["gan"] = "DcganTransformer",
        ["picture"] = "Picture",
        ["photograph"] = "MLImage",
        ["painting"] = "MLImage",
        ["other"] = "MLImage",
        ["mixture"] = "GaussianMixtureTransformer",
        ["path"] = "string",
        ["folder"] = "string",
    };

    // Where a page means something else by a name, or has names of its own.
    private static readonly Dictionary<string, Dictionary<string, string>> ByPage = new()
    {
        ["README.md"] = new() { ["picture"] = "MLImage", ["Scored"] = "class Scored { }" },
        ["docs/exporter.md"] = new()
        {
            ["network"] = "Residual",
            ["example"] = "Tensor",
            ["image"] = "Tensor",
            ["mask"] = "Tensor",
            ["pictures"] = "Tensor",
            ["labels"] = "Tensor",
            ["Cosine"] = "class Cosine() : Module<Tensor, Tensor>(\"Cosine\") { public override Tensor forward(Tensor input) => input.cos(); }",
        },
        ["docs/int8.md"] = new() { ["rows"] = "IEnumerable<IReadOnlyList<NamedOnnxValue>>" },
        ["docs/scoring.md"] = new() { ["rows"] = "IDataView" },
    };

    /// <summary>A page's names as C#, without values.</summary>
    public static string Of(string page, Func<string, bool> isWanted) => Of(page, isWanted, name => "default!");

    /// <summary>A page's names as C#.</summary>
    /// <param name="page">The page.</param>
    /// <param name="isWanted">Which types.</param>
    /// <param name="valueOf">What a name stands for, as C#.</param>
    public static string Of(string page, Func<string, bool> isWanted, Func<string, string> valueOf)
    {
        Dictionary<string, string> names = new(Everywhere);
        foreach ((string name, string meaning) in ByPage.GetValueOrDefault(page.Replace(".zh-CN", "", StringComparison.Ordinal)) ?? [])
            names[name] = meaning;
        return $"partial class Program\n{{\n{string.Concat(names.Where(one => !IsType(one.Value)).Select(one => $"    private static {one.Value} {one.Key} => {valueOf(one.Key)};\n"))}}}\n"
            + string.Concat(names.Where(one => IsType(one.Value) && isWanted(one.Key)).Select(one => $"{one.Value}\n"));
    }

    private static bool IsType(string meaning) => meaning.StartsWith("class ", StringComparison.Ordinal);
}

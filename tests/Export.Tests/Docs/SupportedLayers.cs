using System.Text;
using MLNetGen.Export.Tests.Cases;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests.Docs;

/// <summary>The table of docs/exporter.md, from exporting random configurations of every layer.</summary>
internal static class SupportedLayers
{
    private const int Configurations = 8;

    private static readonly Lazy<string> Written = new(Write);

    // Glue of several inputs that the cases of layers lack.
    private static readonly Dictionary<string, Func<Random, LayerCase>> Layers = new(LayerCases.All)
    {
        [nameof(Concat)] = r => { long[] row = [r.Next(1, 4), 3, 4]; return new(new Concat(), row, row); },
        [nameof(Divide)] = r => { long[] row = [r.Next(1, 4), 3, 4]; return new(new Divide(), row, row); },
    };

    public static string Table => Written.Value;

    private static string Write()
    {
        var text = new StringBuilder("| Layer | ONNX operators | Any height and width |\n|---|---|---|\n");
        IEnumerable<IGrouping<string, string>> layers = Layers.Keys.Concat(SequenceLayers.All.Keys).GroupBy(LayerCases.LayerOf).OrderBy(layer => layer.Key, StringComparer.OrdinalIgnoreCase);
        foreach (IGrouping<string, string> layer in layers)
        {
            var operators = new SortedSet<string>(StringComparer.Ordinal);
            bool mayBeNothing = false;
            var sizes = new List<bool>();
            foreach (string name in layer)
            {
                for (int seed = 0; seed < Configurations; seed++)
                {
                    IReadOnlyList<string> written = Operators(name, seed);
                    operators.UnionWith(written);
                    mayBeNothing |= written.Count == 0;
                    if (TakesAnySize(name, seed) is { } any) sizes.Add(any);
                }
            }

            string nodes = operators.Count == 0 ? "none" : string.Join(", ", operators) + (mayBeNothing ? ", or none" : "");
            string size = sizes.Count == 0 ? "" : sizes.TrueForAll(any => any) ? "yes" : sizes.Contains(true) ? "in some settings" : "no";
            text.Append($"| {layer.Key} | {nodes} | {size} |\n");
        }

        return text.ToString();
    }

    private static IReadOnlyList<string> Operators(string name, int seed)
    {
        using var scope = NewDisposeScope();
        (ExportableModule module, Tensor[] inputs) = SequenceLayers.All.TryGetValue(name, out var sequence) ? sequence(new Random(seed)) : WithInputs(Make(name, seed));
        using OnnxFile file = OnnxFile.Of(module, inputs, new OnnxExportOptions { DynamicBatch = !SequenceLayers.All.ContainsKey(name) });
        // A file of nothing but a layer that changes nothing still needs a node; a network's file does not.
        return [.. file.Operators().Where(node => node != "Identity")];
    }

    private static (ExportableModule, Tensor[]) WithInputs(LayerCase layer) => (layer.Module, [.. layer.Rows.Select(row => Parity.Input(row, 2))]);

    // Exported on pictures of one size, and compared on those of another; null where the layer does not take pictures.
    private static bool? TakesAnySize(string name, int seed)
    {
        if (SequenceLayers.All.ContainsKey(name)) return null;
        using var scope = NewDisposeScope();
        LayerCase layer = Make(name, seed);
        if (!Array.TrueForAll(layer.Rows, row => row.Length == 3)) return null;
        if (layer.Rows.Length == 1 && !(layer.Varying.Contains(1) && layer.Varying.Contains(2))) return false;
        try
        {
            using OnnxFile file = OnnxFile.Of(layer.Module, [.. layer.Rows.Select(row => Parity.Input(row, 2))], new OnnxExportOptions { DynamicSize = true });
            return OnnxCheck.Compare(layer.Module, file.Path, [.. layer.Rows.Select(row => Parity.Input([row[0], row[1] * 2, row[2] * 3], 1))]).IsWithin(1e-5);
        }
        catch (Exception e) when (e is NotSupportedException || (e is ArgumentException && layer.Rows.Length > 1))
        {
            // A layer of several inputs may itself refuse other lengths.
            return false;
        }
    }

    private static LayerCase Make(string name, int seed)
    {
        manual_seed(seed);
        LayerCase layer = Layers[name](new Random(seed));
        Parity.Shaken(layer.Module.Module);
        return layer;
    }
}

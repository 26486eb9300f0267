using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Onnx;

namespace MLNetGen;

/// <summary>Saved models in 8 bits: <c>ml.Model.Quantize(ml, "model.zip", "model-int8.zip", pictures)</c>.</summary>
public static class QuantizationCatalog
{
    /// <summary>
    /// Writes a saved model again with its ONNX networks in 8 bits (<see cref="OnnxQuantizer"/>): the same columns, nearly the same values, some times as fast on processors that have VNNI. What it writes is an
    /// ordinary model of ML.NET's.
    /// </summary>
    /// <param name="catalog">ML.NET's.</param>
    /// <param name="context">Whose it is: nothing public leads from one to the other.</param>
    /// <param name="source">A saved model, such as a training's <c>model.zip</c>.</param>
    /// <param name="target">Where to; written whole, or, where the loss is too large, not at all.</param>
    /// <param name="calibrationRows">Rows that are like those that the model will see, a hundred or more: what the numbers between layers are.</param>
    /// <param name="options">Null: all networks, a point of loss at most.</param>
    /// <returns>What was done, a network each; those without convolutions and matrix products stay as they are, and are not among them.</returns>
    /// <exception cref="FileNotFoundException">There is no source.</exception>
    /// <exception cref="InvalidDataException">It is no saved model, or has no network that can be quantised.</exception>
    /// <exception cref="ArgumentException">There are no rows, or they have not the columns that the model reads, or an option is out of range.</exception>
    /// <exception cref="OnnxQuantizationException">The loss is larger than is allowed: nothing was written.</exception>
    public static IReadOnlyList<OnnxQuantizationReport> Quantize(
        this ModelOperationsCatalog catalog, MLContext context, string source, string target, IDataView calibrationRows, ModelQuantizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(target);
        ArgumentNullException.ThrowIfNull(calibrationRows);
        if (!File.Exists(source))
            throw new FileNotFoundException($"There is no model '{source}'", source);
        return new ModelQuantizer(context, source, target, calibrationRows, options ?? new ModelQuantizationOptions()).Run();
    }
}

/// <summary>How <see cref="QuantizationCatalog.Quantize"/> makes whole numbers of networks' numbers, and what it may cost.</summary>
public sealed class ModelQuantizationOptions
{
    /// <summary>Layers that stay float32, by their names in the networks (<see cref="OnnxQuantizationReport.Layers"/>).</summary>
    public IReadOnlyCollection<string> FloatLayers { get; set; } = [];

    /// <inheritdoc cref="OnnxQuantizationOptions.KeepSensitiveLayers"/>
    public bool KeepSensitiveLayers { get; set; } = true;

    /// <inheritdoc cref="OnnxQuantizationOptions.ReduceRange"/>
    public bool ReduceRange { get; set; }

    /// <summary>The largest loss that is allowed: 0.01, a point. Of <see cref="Accuracy"/>, before less after, where that is set; else the mean difference of a network's output, as a part of its range.</summary>
    public double MaximumLoss { get; set; } = 0.01;

    /// <summary>What a model is worth, such as the share of held-out pictures that it classifies rightly; called for the source and each candidate. Unset: outputs of the networks are compared.</summary>
    public Func<ITransformer, double>? Accuracy { get; set; }
}

/// <summary>The networks of a saved model, one after the other.</summary>
internal sealed class ModelQuantizer(MLContext context, string source, string target, IDataView rows, ModelQuantizationOptions options)
{
    public IReadOnlyList<OnnxQuantizationReport> Run()
    {
        using TemporaryFolder folder = new(context.TempFilePath);
        SavedNetworks saved = SavedNetworks.Of(source);
        ITransformer model = context.Model.Load(source, out _);
        using IDisposable? sessions = model as IDisposable;
        (OnnxTransformer Network, ITransformer Before)[] networks = [.. Networks(model, [])];
        if (networks.Length != saved.Count)
            throw new InvalidDataException($"'{source}' holds {saved.Count} ONNX network(s), and {networks.Length} are in its chain: save it again by ml.Model.Save.");
        string[] files = [.. networks.Select((_, i) => Written(folder.File($"{i}.onnx"), saved.Read(i)))];
        bool[] can = [.. files.Select(HasLayers)];
        if (!can.Contains(true))
            throw new InvalidDataException($"'{source}' has no ONNX network with convolutions or matrix products of stored float32 weights: there is nothing to quantise.");
        string[][] layers = [.. files.Select((file, i) => can[i] ? OnnxQuantizer.Layers(file).Select(layer => layer.Name).ToArray() : [])];
        if (options.FloatLayers.FirstOrDefault(name => !layers.Any(of => of.Contains(name))) is { } unknown)
            throw new ArgumentException($"{nameof(ModelQuantizationOptions.FloatLayers)} names '{unknown}', and no layer that can be quantised is called so: they are {string.Join(", ", layers.SelectMany(of => of).Select(name => $"'{name}'"))}.");
        List<OnnxQuantizationReport> reports = [];
        // Of several networks, all may lose what is allowed together.
        double? before = options.Accuracy?.Invoke(model);
        for (int i = 0; i < networks.Length; i++)
        {
            int network = i;
            if (!can[i] || layers[i].All(options.FloatLayers.Contains))
                continue;
            string file = folder.File($"{i}-int8.onnx");
            reports.Add(OnnxQuantizer.Quantize(files[i], file, new NetworkRows(networks[i].Network, networks[i].Before, rows), new OnnxQuantizationOptions
            {
                FloatLayers = [.. options.FloatLayers.Intersect(layers[i])],
                KeepSensitiveLayers = options.KeepSensitiveLayers,
                ReduceRange = options.ReduceRange,
                MaximumLoss = options.MaximumLoss,
                Accuracy = options.Accuracy is { } accuracy ? candidate => candidate == files[network] ? before!.Value : Judged(candidate, network, accuracy) : null,
            }));
            saved = saved.With(i, File.ReadAllBytes(file));
        }
        if (reports.Count == 0)
            throw new ArgumentException($"{nameof(ModelQuantizationOptions.FloatLayers)} names every layer: leave out one at least.");
        SafeFile.Write(target, saved.Write);
        return reports;

        double Judged(string candidate, int network, Func<ITransformer, double> accuracy)
        {
            string zip = folder.File($"{Guid.NewGuid():N}.zip");
            saved.With(network, File.ReadAllBytes(candidate)).Write(zip);
            ITransformer changed = context.Model.Load(zip, out _);
            using IDisposable? its = changed as IDisposable;
            return accuracy(changed);
        }
    }

    private static string Written(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static bool HasLayers(string file)
    {
        try
        {
            return OnnxQuantizer.Layers(file).Count > 0;
        }
        catch (InvalidDataException)
        {
            // Of an old operator set, or quantised already.
            return false;
        }
    }

    // In the chain's order, each with what stands before it.
    private static IEnumerable<(OnnxTransformer Network, ITransformer Before)> Networks(ITransformer model, IReadOnlyList<ITransformer> before)
    {
        if (model is OnnxTransformer network)
            yield return (network, new TransformerChain<ITransformer>([.. before]));
        List<ITransformer> done = [.. before];
        foreach (ITransformer part in model as IEnumerable<ITransformer> ?? [])
        {
            foreach ((OnnxTransformer, ITransformer) found in Networks(part, done)) yield return found;
            done.Add(part);
        }
    }
}

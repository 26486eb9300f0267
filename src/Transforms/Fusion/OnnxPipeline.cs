using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Onnx.Format;

namespace MLNetGen;

/// <summary>A whole ML.NET pipeline for pictures as one ONNX file, for programs without ML.NET.</summary>
public static class OnnxPipeline
{
    /// <summary>Writes a saved model: see <see cref="Fuse(ITransformer, string, OnnxFusionOptions)"/>.</summary>
    /// <param name="model">A model.zip.</param>
    /// <param name="path">Where to.</param>
    /// <param name="options">Null: all columns that can be.</param>
    /// <exception cref="FileNotFoundException">There is no such model.</exception>
    public static OnnxFusionReport Fuse(string model, string path, OnnxFusionOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        if (!File.Exists(model))
            throw new FileNotFoundException($"There is no model '{model}'", model);
        ITransformer loaded = new MLContext().Model.Load(model, out _);
        using IDisposable? sessions = loaded as IDisposable;
        return Fuse(loaded, path, options);
    }

    /// <summary>
    /// Writes a chain that begins with pictures as one ONNX file: <c>image</c>, uint8 [N, H, W, 3] in RGB, any size, and what the chain makes of it: resized and extracted as
    /// ML.NET does, through all its networks, to columns of numbers (<c>Score</c>: probabilities), pictures (uint8 [N, H, W, 3]) and <c>PredictedLabel</c>, text. The file is
    /// run in ONNX Runtime and held against the chain.
    /// </summary>
    /// <remarks>
    /// What <c>ResizeImages</c> does with <c>Fill</c> is the same to the last pixel; with <c>IsoCrop</c> and <c>IsoPad</c> it differs by a level or two of 255. A batch has
    /// pictures of one size. Columns that other transformers make are left out, and named in the report.
    /// </remarks>
    /// <param name="model">A chain of <c>LoadImages</c>, <c>ResizeImages</c>, <c>ConvertToGrayscale</c>, <c>ExtractPixels</c>, ONNX networks, <c>ConvertToImage</c> and what
    /// makes labels of scores.</param>
    /// <param name="path">Where to; written whole or not at all.</param>
    /// <param name="options">Null: all columns that can be.</param>
    /// <exception cref="NotSupportedException">A part of the chain cannot be said in ONNX, or a network is of an old operator set.</exception>
    /// <exception cref="ArgumentException">Nothing in the chain reads pictures, or a column that is asked for cannot be.</exception>
    /// <exception cref="InvalidOperationException">The file gives other values than the chain.</exception>
    public static OnnxFusionReport Fuse(ITransformer model, string path, OnnxFusionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new OnnxFusionOptions();
        FusedChain chain = FusedChain.Of(model);
        string picture = chain.PictureColumn
            ?? throw new ArgumentException("nothing in the chain reads pictures: one file begins with a picture, which ResizeImages or ExtractPixels reads.", nameof(model));
        (ITransformer needed, DataViewSchema schema) = OfPictures(model, InputSchema(chain, picture));
        string[] visible = [.. schema.Where(column => !column.IsHidden && column.Name != picture && column.Name != chain.PathColumn).Select(column => column.Name)];
        string[]? classes = Classes(schema);
        bool hasLabel = visible.Contains(Label) && classes is not null && chain.Columns.GetValueOrDefault(Score) is { Kind: FusedKind.Numbers };
        string[] can = [.. visible.Where(name => chain.Columns.GetValueOrDefault(name) is { Kind: not FusedKind.Picture } || (name == Label && hasLabel))];
        string[] outputs = [.. options.OutputColumns ?? can];
        if (outputs.FirstOrDefault(name => !can.Contains(name)) is { } missing)
            throw new ArgumentException($"the column '{missing}' cannot be an output of one file; these can: {Quoted(can)}.",
                nameof(options));
        if (outputs.Length == 0)
            throw new ArgumentException($"no column of the chain can be an output of one file: {Quoted(visible)} are made by transformers that ONNX is not written of here.", nameof(model));
        foreach (string name in outputs.Where(name => name != Label || !hasLabel)) chain.Graph.Output(chain.Columns[name].Value, name, chain.Columns[name].Type);
        if (hasLabel && outputs.Contains(Label))
            AddLabel(chain, classes!);
        if (classes is not null)
            chain.Graph.Metadata("labels", JsonSerializer.Serialize(classes));
        byte[] file = chain.Graph.ToBytes();
        IReadOnlyList<OnnxFusedOutput> differences = new FusionCheck(needed, picture, chain.PathColumn, outputs).Of(file);
        if (differences.FirstOrDefault(output => output.LargestDifference > (chain.IsNear ? options.MaximumDifference
            : Math.Min(options.MaximumDifference, RoundingAlone))) is { } other)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"the file's '{other.Name}' differs from the chain's by {other.LargestDifference:P1} of its largest number, on pictures of soft noise: more than "
                + $"{nameof(OnnxFusionOptions.MaximumDifference)} allows. Nothing was written."));
        }
        SafeFile.Write(path, unfinished => File.WriteAllBytes(unfinished, file));
        return new OnnxFusionReport(picture, differences, [.. visible.Except(outputs)]);
    }

    private const string Label = "PredictedLabel", Score = "Score";

    // Between two engines.
    private const double RoundingAlone = 1e-3;

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static DataViewSchema InputSchema(FusedChain chain, string picture)
    {
        DataViewSchema.Builder builder = new();
        if (chain.PathColumn is { } path)
            builder.AddColumn(path, TextDataViewType.Instance);
        else
            builder.AddColumn(picture, new ImageDataViewType());
        return builder.ToSchema();
    }

    // What reads a column that does not come of pictures (a label, which training made a key of) has no part in predictions.
    private static (ITransformer Model, DataViewSchema Schema) OfPictures(ITransformer model, DataViewSchema schema)
    {
        List<ITransformer> needed = [];
        foreach (ITransformer part in FusedChain.Parts(model))
        {
            try
            {
                schema = part.GetOutputSchema(schema);
                needed.Add(part);
            }
            catch (ArgumentOutOfRangeException)
            {
                // ML.NET's word for a column that is not there.
            }
        }
        return (new TransformerChain<ITransformer>([.. needed]), schema);
    }

    private static string[]? Classes(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(Score) is not { } scores || !scores.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        scores.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static void AddLabel(FusedChain chain, string[] classes)
    {
        string place = chain.Graph.Node("ArgMax", [chain.Columns[Score].Value], ("axis", -1L), ("keepdims", 0L));
        chain.Graph.Output(chain.Graph.Node("Gather", [chain.Graph.Texts(classes), place], ("axis", 0L)), Label, (int)TensorProto.Types.DataType.String);
    }
}

/// <summary>What <see cref="OnnxPipeline"/> puts into a file.</summary>
public sealed class OnnxFusionOptions
{
    /// <summary>Columns that become outputs; null: all that can.</summary>
    public IReadOnlyCollection<string>? OutputColumns { get; set; }

    /// <summary>The largest difference to the chain that is allowed where pictures are cropped, padded or made grey, as a part of an output's largest number. Elsewhere there is
    /// none but rounding.</summary>
    public double MaximumDifference { get; set; } = 0.1;
}

/// <summary>What <see cref="OnnxPipeline"/> wrote.</summary>
/// <param name="PictureColumn">The column that is the file's input, <c>image</c>.</param>
/// <param name="Outputs">Its outputs, and how far they are from the chain's columns.</param>
/// <param name="Omitted">Visible columns of the chain that are not in the file.</param>
public sealed record OnnxFusionReport(string PictureColumn, IReadOnlyList<OnnxFusedOutput> Outputs, IReadOnlyList<string> Omitted)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        IEnumerable<string> outputs = Outputs.Select(output => string.Create(CultureInfo.InvariantCulture, $"{output.Name} (differs by {output.LargestDifference:P2} at most)"));
        return $"image → {string.Join(", ", outputs)}{(Omitted.Count == 0 ? "" : $"; not in the file: {string.Join(", ", Omitted)}")}";
    }
}

/// <summary>An output of a file, held against the chain's column on pictures of noise.</summary>
/// <param name="Name">Its name, the column's.</param>
/// <param name="LargestDifference">As a part of the column's largest number; of text, the share of rows with another.</param>
public sealed record OnnxFusedOutput(string Name, double LargestDifference);

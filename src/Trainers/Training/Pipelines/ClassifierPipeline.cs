using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>The chain that a classifier's pipeline is: ML.NET's own transformers alone, so that it saves and loads without this library.</summary>
/// <param name="Best">The column of the best score's place, by which a family finds its own models again.</param>
/// <param name="HasTop">Whether the best few are given.</param>
/// <param name="HasFeatures">Whether the values before the last layer are.</param>
internal sealed record ClassifierPipeline(string Best, bool HasTop, bool HasFeatures)
{
    /// <summary>For any ONNX consumer, and for ML.NET.</summary>
    public const string File = "classifier.onnx", PipelineFile = "pipeline-classifier.onnx";

    public string[] NetworkOutputs =>
        [ClassifierColumns.Score, Best, .. HasTop ? [ClassifierColumns.TopScores, ClassifierColumns.Top] : (string[])[], .. HasFeatures ? [ClassifierColumns.Features] : (string[])[]];

    /// <summary>Outputs that rounding may change altogether.</summary>
    public string[] Places => HasTop ? [Best, ClassifierColumns.Top] : [Best];

    /// <summary>Writes a classifier's two files and holds them against the modules, in ONNX Runtime.</summary>
    /// <param name="family">For the files' metadata.</param>
    /// <param name="options">Say where the trained weights are, for when a file is wrong, and where the files lie.</param>
    /// <param name="classes">Their names, in the order of the scores.</param>
    /// <param name="published">Gives <see cref="ClassifierColumns.Score"/>, and the features where there are any: for any ONNX consumer.</param>
    /// <param name="publishedShape">Of its pixels: channels, height, width.</param>
    /// <param name="inPipeline">Gives <see cref="NetworkOutputs"/>.</param>
    /// <param name="pipelineShape">Of its pixels.</param>
    /// <param name="metadata">What more is to be known of both files.</param>
    /// <exception cref="InvalidOperationException">A file does not compute what its module does.</exception>
    public OnnxFiles Export(
        string family, TrainingOptions options, IReadOnlyList<string> classes, ExportableModule published, long[] publishedShape, ExportableModule inPipeline, long[] pipelineShape,
        IEnumerable<KeyValuePair<string, string>> metadata)
    {
        return OnnxFiles.Export(family, options,
            metadata: [new("labels", JsonSerializer.Serialize(classes)), new("pixelRange", "0,1"), .. metadata],
            published:
            [
                new(File, "classifier", published, Pixels(publishedShape),
                    [ClassifierColumns.OnnxPixels], [ClassifierColumns.Score, .. HasFeatures ? [ClassifierColumns.Features] : (string[])[]])
                {
                    Scale = 1,
                    Metadata = ShapeOf(publishedShape),
                },
            ],
            pipeline:
            [
                new(PipelineFile, "classifier", inPipeline, Pixels(pipelineShape), [ClassifierColumns.Pixels], NetworkOutputs)
                {
                    Scale = 1,
                    Uncompared = Places,
                    SlotNames = new Dictionary<string, IReadOnlyList<string>> { [ClassifierColumns.Score] = classes },
                    Metadata = ShapeOf(pipelineShape),
                },
            ]);

        static Tensor[] Pixels(long[] shape) => [zeros([1, .. shape])];

        static Dictionary<string, string> ShapeOf(long[] shape) => new() { ["inputShape"] = string.Join(",", shape) };
    }

    public TransformerChain<ITransformer> Whole(MLContext context, PictureInput column, string file, ClassList classes, DataViewSchema input, int threads)
    {
        IEstimator<ITransformer> chain = column.ToPixels()
            .Append(OnnxStage.Of(context, file, [ClassifierColumns.Pixels], NetworkOutputs, threads))
            .Append(ScalarKey.Of(context, ClassifierColumns.PredictedLabel, Best, classes));
        if (HasTop)
            chain = chain.Append(ClassValues.OfPlaces(context, ClassifierColumns.TopLabels, ClassifierColumns.Top, classes));
        return ChainParts.WithoutBetween(context, chain.Fit(new EmptyView(input)), input);
    }

    /// <summary>The classes of the classifier in a chain; null where there is none whose best score's place is in <paramref name="best"/>.</summary>
    public static IReadOnlyList<string>? ClassesOf(ITransformer model, string best)
    {
        // A vector of unknown size: OnnxTransformer takes it at this stage whatever size its network has.
        DataViewSchema pixels = EmptyView.OfVectors(ClassifierColumns.Pixels).Schema;
        foreach (OnnxTransformer onnx in ChainParts.Flatten(model).OfType<OnnxTransformer>())
        {
            if (ChainParts.AddedBy(onnx, pixels) is not { } added || !added.ContainsKey(ClassifierColumns.Score) || !added.ContainsKey(best))
                continue;
            VBuffer<ReadOnlyMemory<char>> names = default;
            onnx.GetOutputSchema(pixels)[ClassifierColumns.Score].GetSlotNames(ref names);
            return [.. names.DenseValues().Select(name => name.ToString())];
        }
        return null;
    }
}

/// <summary>The columns of a classifier's pipeline, and the names of the ONNX nodes that carry them.</summary>
internal static class ClassifierColumns
{
    // What a user sees.
    public const string Score = "Score";
    public const string PredictedLabel = "PredictedLabel";
    public const string TopLabels = "TopLabels";
    public const string TopScores = "TopScores";
    public const string Features = "Features";

    // Dropped at the end of the pipeline, so not names that a user's own columns have.
    public const string Pixels = NetworkInput.Pixels;
    public const string Top = "mlnetgen.top";

    // The nodes of the file for other ONNX consumers, where they differ.
    public const string OnnxPixels = "pixels";
}

/// <summary>What a classifier's pipeline will look like after <c>Fit</c>, told before it.</summary>
/// <param name="Learner">Which classifier, for errors.</param>
/// <param name="ImageColumnName">The column of pictures.</param>
/// <param name="LabelColumnName">The column of labels.</param>
/// <param name="HasTop">Whether the best few are given.</param>
/// <param name="HasFeatures">Whether the values before the last layer are.</param>
internal sealed record ClassifierSchema(string Learner, string ImageColumnName, string LabelColumnName, bool HasTop, bool HasFeatures)
{
    public SchemaShape Shape(MLContext context, SchemaShape input)
    {
        SchemaShape.Column image = Find(input, ImageColumnName), label = Find(input, LabelColumnName);
        if (image.ItemType is not ImageDataViewType)
            throw new ArgumentException($"column '{image.Name}' is {image.Kind} of {image.ItemType}; {Learner} learns from pictures (MLImage): load them first, as LoadImages or ml.Images does.");
        VectorDataViewType scores = new(NumberDataViewType.Single, 1);
        List<DataViewSchema.DetachedColumn> added =
        [
            new(ClassifierColumns.Score, scores, Annotations("SlotNames", TextDataViewType.Instance)),
            new(ClassifierColumns.PredictedLabel, new KeyDataViewType(typeof(uint), 1), Annotations("KeyValues", ValueOf(label))),
        ];
        if (HasTop)
            added.AddRange([new(ClassifierColumns.TopScores, scores), new(ClassifierColumns.TopLabels, new VectorDataViewType(ValueOf(label)))]);
        if (HasFeatures)
            added.Add(new(ClassifierColumns.Features, scores));
        return SchemaShapes.Append(context, input, added);
    }

    private static SchemaShape.Column Find(SchemaShape input, string name) => input.FirstOrDefault(c => c.Name == name) is { Name: not null } found ? found
        : throw SchemaShapes.NoColumn(input, $"'{name}' to learn from");

    // A class is text, or what the label's own values are.
    private static PrimitiveDataViewType ValueOf(SchemaShape.Column label)
    {
        if (label.Kind == SchemaShape.Column.VectorKind.Vector && label.ItemType is NumberDataViewType or BooleanDataViewType)
            return label.Annotations.Any(a => a.Name == "SlotNames") ? TextDataViewType.Instance : NumberDataViewType.Int32;
        // A key's shape knows the type of its numbers, and its annotations that of its values.
        DataViewType type = label.IsKey && label.Annotations.FirstOrDefault(a => a.Name == "KeyValues") is { Name: not null } values ? values.ItemType : label.ItemType;
        return label.Kind == SchemaShape.Column.VectorKind.Scalar && type is TextDataViewType or NumberDataViewType or BooleanDataViewType ? (PrimitiveDataViewType)type
            : throw new ArgumentException($"column '{label.Name}' is {label.Kind} of {label.ItemType}; labels are text, numbers, keys or one-hot vectors of known size: choose another column.");
    }

    private static DataViewSchema.Annotations Annotations(string name, PrimitiveDataViewType item)
    {
        DataViewSchema.Annotations.Builder builder = new();
        SchemaShapes.AddAnnotation(builder, name, new VectorDataViewType(item, 1));
        return builder.ToAnnotations();
    }
}

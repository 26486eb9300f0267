using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.AlexNet;

/// <summary>The chain that a classifier's pipeline is: ML.NET's own transformers alone, so that it saves and loads without this library.</summary>
internal static class AlexNetPipeline
{
    public static string[] NetworkOutputs(bool top, bool features) =>
        [AlexNetColumns.Score, AlexNetColumns.Best, .. top ? [AlexNetColumns.TopScores, AlexNetColumns.Top] : (string[])[], .. features ? [AlexNetColumns.Features] : (string[])[]];

    public static TransformerChain<ITransformer> Whole(
        MLContext context, PictureInput column, AlexNetOnnxFiles files, ClassList classes, AlexNetTrainer.Options options, DataViewSchema input, int threads)
    {
        bool top = options.TopK > 0;
        IEstimator<ITransformer> chain = column.ToPixels()
            .Append(OnnxStage.Of(context, files.Pipeline, [AlexNetColumns.Pixels], NetworkOutputs(top, options.OutputFeatures), threads))
            .Append(ScalarKey.Of(context, AlexNetColumns.PredictedLabel, AlexNetColumns.Best, classes));
        if (top)
            chain = chain.Append(ClassValues.OfPlaces(context, AlexNetColumns.TopLabels, AlexNetColumns.Top, classes));
        chain = chain.Append(context.Transforms.DropColumns([.. column.Intermediate, AlexNetColumns.Best, .. top ? [AlexNetColumns.Top] : (string[])[]]));
        return new TransformerChain<ITransformer>(chain.Fit(new EmptyView(input)));
    }
}

/// <summary>The columns of AlexNet's pipeline, and the names of the ONNX nodes that carry them.</summary>
internal static class AlexNetColumns
{
    // What a user sees.
    public const string Score = "Score";
    public const string PredictedLabel = "PredictedLabel";
    public const string TopLabels = "TopLabels";
    public const string TopScores = "TopScores";
    public const string Features = "Features";

    // Dropped at the end of the pipeline, so not names that a user's own columns have.
    public const string Pixels = NetworkInput.Pixels;
    public const string Best = "mlnetgen.best";
    public const string Top = "mlnetgen.top";
    public const string BestKey = "mlnetgen.bestKey";

    // The nodes of the file for other ONNX consumers, where they differ.
    public const string OnnxPixels = "pixels";
}

/// <summary>What the pipeline will look like after <see cref="AlexNetTrainer.Fit"/>, told before it.</summary>
internal static class AlexNetSchema
{
    public static SchemaShape Shape(MLContext context, SchemaShape input, AlexNetTrainer.Options options)
    {
        SchemaShape.Column image = Find(input, options.ImageColumnName), label = Find(input, options.LabelColumnName);
        if (image.ItemType is not ImageDataViewType)
            throw new ArgumentException($"column '{image.Name}' is {image.Kind} of {image.ItemType}; AlexNet learns from pictures (MLImage): load them first, as LoadImages or ml.Images does.");
        VectorDataViewType scores = new(NumberDataViewType.Single, 1);
        List<DataViewSchema.DetachedColumn> added =
        [
            new(AlexNetColumns.Score, scores, Annotations("SlotNames", TextDataViewType.Instance)),
            new(AlexNetColumns.PredictedLabel, new KeyDataViewType(typeof(uint), 1), Annotations("KeyValues", ValueOf(label))),
        ];
        if (options.TopK > 0)
            added.AddRange([new(AlexNetColumns.TopScores, scores), new(AlexNetColumns.TopLabels, new VectorDataViewType(ValueOf(label)))]);
        if (options.OutputFeatures)
            added.Add(new(AlexNetColumns.Features, scores));
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

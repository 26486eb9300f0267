using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.AlexNet;

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

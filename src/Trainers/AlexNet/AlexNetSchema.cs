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
        VectorDataViewType text = new(TextDataViewType.Instance, 1), scores = new(NumberDataViewType.Single, 1);
        List<DataViewSchema.DetachedColumn> added =
        [
            new(AlexNetColumns.Score, scores, Annotations("SlotNames", text)),
            new(AlexNetColumns.PredictedLabel, new KeyDataViewType(typeof(uint), 1), Annotations("KeyValues", new VectorDataViewType(ValueOf(label), 1))),
        ];
        if (options.TopK > 0)
            added.AddRange([new(AlexNetColumns.TopScores, scores), new(AlexNetColumns.TopLabels, new VectorDataViewType(ValueOf(label)))]);
        if (options.OutputFeatures)
            added.Add(new(AlexNetColumns.Features, scores));
        return SchemaShapes.Append(context, input, added);
    }

    private static SchemaShape.Column Find(SchemaShape input, string name) => input.FirstOrDefault(c => c.Name == name) is { Name: not null } found ? found
        : throw new ArgumentException($"there is no column '{name}' to learn from; there are {string.Join(", ", input.Select(c => $"'{c.Name}'"))}.");

    // A class is text, or what the label's own values are.
    private static PrimitiveDataViewType ValueOf(SchemaShape.Column label)
    {
        if (label.Kind != SchemaShape.Column.VectorKind.Scalar)
            return label.Annotations.Any(a => a.Name == "SlotNames") ? TextDataViewType.Instance : NumberDataViewType.Int32;
        DataViewType type = label.IsKey && label.Annotations.FirstOrDefault(a => a.Name == "KeyValues") is { Name: not null } values ? values.ItemType : label.ItemType;
        return type switch
        {
            KeyDataViewType key => key.RawType == typeof(ulong) ? NumberDataViewType.UInt64 : NumberDataViewType.UInt32,
            PrimitiveDataViewType primitive => primitive,
            _ => TextDataViewType.Instance,
        };
    }

    private static DataViewSchema.Annotations Annotations(string name, VectorDataViewType type)
    {
        DataViewSchema.Annotations.Builder builder = new();
        // Only the type is asked for.
        builder.Add(name, type, (ref VBuffer<ReadOnlyMemory<char>> _) => { });
        return builder.ToAnnotations();
    }
}

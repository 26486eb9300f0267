namespace Microsoft.ML.Data;

internal static class ColumnTypes
{
    public static DataViewType ItemType(this DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;

    /// <summary>The item type in the shape of another type: a scalar, or a vector of the same dimensions.</summary>
    public static DataViewType ShapedAs(this PrimitiveDataViewType item, DataViewType shape) =>
        shape is VectorDataViewType vector ? new VectorDataViewType(item, vector.Dimensions) : item;

    public static DataViewSchema.Annotations SlotNamesOnly(this DataViewSchema.Annotations annotations)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(annotations, name => name == AnnotationKinds.SlotNames);
        return builder.ToAnnotations();
    }
}

using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Names of the annotations that components agree on, and how they recognise them.</summary>
internal static class AnnotationKinds
{
    public const string SlotNames = "SlotNames";
    public const string KeyValues = "KeyValues";
    public const string IsNormalized = "IsNormalized";

    public static SchemaShape.Column SlotNamesShape { get; } =
        new(SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);

    public static SchemaShape.Column IsNormalizedShape { get; } =
        new(IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);

    public static bool HasSlotNames(this SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Vector
        && column.Annotations.TryFindColumn(SlotNames, out SchemaShape.Column names)
        && names.Kind == SchemaShape.Column.VectorKind.Vector && !names.IsKey && names.ItemType is TextDataViewType;

    public static bool IsNormalizedColumn(this SchemaShape.Column column) =>
        column.Annotations.TryFindColumn(IsNormalized, out SchemaShape.Column normalized)
        && normalized.Kind == SchemaShape.Column.VectorKind.Scalar && !normalized.IsKey && normalized.ItemType is BooleanDataViewType;

    public static bool HasNamesOfSize(this DataViewSchema.Column column, int size) =>
        size > 0
        && column.Annotations.Schema.GetColumnOrNull(SlotNames)?.Type is VectorDataViewType { ItemType: TextDataViewType } names
        && names.Size == size;

    public static VBuffer<ReadOnlyMemory<char>> SlotNamesOf(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(SlotNames, ref names);
        return names;
    }
}

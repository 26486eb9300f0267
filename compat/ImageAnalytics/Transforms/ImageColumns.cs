using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>The check that every transform of images makes of its input column.</summary>
internal static class ImageColumns
{
    public static void Check(DataViewSchema inputSchema, string name, DataViewType type)
    {
        if (type is not ImageDataViewType)
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name, "image", type.ToString());
    }

    public static SchemaShape.Column Find(SchemaShape inputSchema, string name)
    {
        if (!inputSchema.TryFindColumn(name, out SchemaShape.Column column))
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name);
        if (column.ItemType is not ImageDataViewType || column.Kind != SchemaShape.Column.VectorKind.Scalar)
        {
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name,
                new ImageDataViewType().ToString(), column.GetTypeString());
        }
        return column;
    }
}

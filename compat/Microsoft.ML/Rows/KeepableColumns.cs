using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

internal static class KeepableColumns
{
    /// <summary>The view without the columns whose values cannot be kept, as the real package drops them.</summary>
    public static IDataView Of(IDataView data) =>
        data.Schema.All(column => ColumnStore.CanKeep(column.Type))
            ? data
            : new SelectedDataView(data, new ColumnSelection(data.Schema, data.Schema.Where(column => ColumnStore.CanKeep(column.Type)).ToArray()));
}

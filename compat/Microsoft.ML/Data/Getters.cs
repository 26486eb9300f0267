using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Getters whose value type is known at run time only.</summary>
internal static class Getters
{
    private static readonly MethodInfo GetGetterMethod = typeof(DataViewRow).GetMethod(nameof(DataViewRow.GetGetter));

    /// <summary>The getter of a column in its own raw type.</summary>
    public static Delegate Of(DataViewRow row, DataViewSchema.Column column) =>
        Generic.Invoke<Delegate>(GetGetterMethod, row, [column.Type.RawType], column);

    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue> ?? throw Contracts.Except(
            $"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");

    public static void CheckActive(DataViewRow row, DataViewSchema.Column column)
    {
        if (!row.IsColumnActive(column))
            throw Contracts.ExceptParam(nameof(column), $"Column '{column.Name}' is not active: ask for it when opening the cursor");
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>An annotation of a column of pictures all of which are stored without colour, so that none has to be decoded to know. It goes with the column through filters and splits.</summary>
internal static class StoredGrey
{
    private const string Kind = "StoredGrey";

    /// <summary>The annotation; null where a picture is stored in colour, which may be grey all the same.</summary>
    public static DataViewSchema.Annotations? Of(bool areGrey)
    {
        if (!areGrey)
            return null;
        DataViewSchema.Annotations.Builder builder = new();
        builder.AddPrimitiveValue(Kind, BooleanDataViewType.Instance, true);
        return builder.ToAnnotations();
    }

    public static bool Is(DataViewSchema.Column column) => column.Annotations.Schema.GetColumnOrNull(Kind) is not null;
}

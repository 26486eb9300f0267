using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>Latent vectors with their labels, as text.</summary>
internal static class LabelledCodes
{
    private const string LabelText = "mlnetgen.label";

    /// <summary>Reads both columns in one pass; labels may be text, keys, numbers or true and false.</summary>
    /// <exception cref="ArgumentException">A column is absent or of another type.</exception>
    public static List<(float[] Code, string Label)> Read(MLContext context, IDataView rows, string columnName, string labelColumnName)
    {
        DataViewSchema.Column label = rows.Schema.GetColumnOrNull(labelColumnName)
            ?? throw SchemaShapes.NoColumn(rows.Schema, labelColumnName, nameof(labelColumnName));
        if (label.Type is KeyDataViewType)
            rows = context.Transforms.Conversion.MapKeyToValue(LabelText, labelColumnName).Fit(rows).Transform(rows);
        else if (label.Type is VectorDataViewType or not PrimitiveDataViewType)
            throw new ArgumentException($"Column '{labelColumnName}' holds {label.Type}, not one label a row: text, a key, a number, or true and false. Choose another column", nameof(labelColumnName));
        else
            rows = context.Transforms.CopyColumns(LabelText, labelColumnName).Fit(rows).Transform(rows);
        if (rows.Schema[LabelText].Type is not TextDataViewType)
            rows = context.Transforms.Conversion.ConvertType(LabelText, outputKind: DataKind.String).Fit(rows).Transform(rows);

        DataViewSchema.Column code = LatentPath.Find(rows, columnName);
        label = rows.Schema[LabelText];
        List<(float[], string)> read = [];
        using DataViewRowCursor cursor = rows.GetRowCursor([code, label]);
        ValueGetter<VBuffer<float>> getCode = cursor.GetGetter<VBuffer<float>>(code);
        ValueGetter<ReadOnlyMemory<char>> getLabel = cursor.GetGetter<ReadOnlyMemory<char>>(label);
        VBuffer<float> vector = default;
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            getCode(ref vector);
            getLabel(ref text);
            read.Add(([.. vector.DenseValues()], text.ToString()));
        }
        return read;
    }
}

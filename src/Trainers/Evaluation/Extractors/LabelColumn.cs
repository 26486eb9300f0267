using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Evaluation;

/// <summary>Labels as text: of text, numbers, or keys with or without the values they stand for.</summary>
internal static class LabelColumn
{
    private const string Text = "mlnetgen.label";

    public static string[] Read(MLContext context, IDataView rows, string name)
    {
        DataViewSchema.Column column = NetworkInput.Find(rows, name);
        IDataView view = rows;
        string source = name;
        if (column.Type is KeyDataViewType && column.HasKeyValues())
        {
            view = context.Transforms.Conversion.MapKeyToValue(Text, source).Fit(view).Transform(view);
            source = Text;
        }
        if (view.Schema[source].Type is VectorDataViewType or ImageDataViewType)
            throw new ArgumentException($"column '{name}' is {column.Type}; a label is a text, a number or a key a row: choose another column.");
        if (view.Schema[source].Type is not TextDataViewType)
            view = context.Transforms.Conversion.ConvertType(Text, source, DataKind.String).Fit(view).Transform(view);
        else if (source == name)
            view = context.Transforms.CopyColumns(Text, source).Fit(view).Transform(view);
        return [.. view.GetColumn<string>(Text)];
    }
}

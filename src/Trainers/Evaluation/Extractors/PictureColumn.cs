using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Evaluation;

internal static class PictureColumn
{
    /// <exception cref="ArgumentException">There is no such column, or it is not of pictures.</exception>
    public static void Check(IDataView rows, string name)
    {
        DataViewSchema.Column column = NetworkInput.Find(rows, name);
        if (column.Type is not ImageDataViewType)
            throw new ArgumentException($"column '{name}' is {column.Type}; features are extracted from pictures (MLImage): choose another column, or convert this one.");
    }
}

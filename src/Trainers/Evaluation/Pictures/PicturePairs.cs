using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Evaluation;

/// <summary>Two columns of pictures, a pair a row, read once.</summary>
internal static class PicturePairs
{
    /// <exception cref="ArgumentException">A column is absent or holds no pictures.</exception>
    public static IEnumerable<(Picture Picture, Picture Truth)> Read(IDataView rows, string pictureColumnName, string truthColumnName)
    {
        DataViewSchema.Column picture = ImageColumn.Find(rows.Schema, pictureColumnName), truth = ImageColumn.Find(rows.Schema, truthColumnName);
        using DataViewRowCursor cursor = rows.GetRowCursor([picture, truth]);
        ValueGetter<MLImage> getPicture = cursor.GetGetter<MLImage>(picture), getTruth = cursor.GetGetter<MLImage>(truth);
        MLImage? a = null, b = null;
        while (cursor.MoveNext())
        {
            getPicture(ref a!);
            getTruth(ref b!);
            if (a is null || b is null)
                throw new InvalidDataException($"row {cursor.Position} has no picture in column '{(a is null ? pictureColumnName : truthColumnName)}': filter such rows out first.");
            yield return (Picture.FromImage(a), Picture.FromImage(b));
        }
    }
}

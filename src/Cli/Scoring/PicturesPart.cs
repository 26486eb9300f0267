using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Cli.Scoring;

/// <summary>A folder of PNG files at their source's places: <c>cats/1.jpg</c> becomes <c>cats/1.jpg.Stylized.png</c>, so that no two pictures have one name.</summary>
internal static class PicturesPart
{
    public static void Write(IDataView rows, string folder)
    {
        Directory.CreateDirectory(folder);
        DataViewSchema.Column path = rows.Schema[ScoredRows.PathColumn];
        using DataViewRowCursor cursor = rows.GetRowCursor(rows.Schema);
        ValueGetter<ReadOnlyMemory<char>> getPath = cursor.GetGetter<ReadOnlyMemory<char>>(path);
        (string Name, ValueGetter<MLImage> Get)[] columns =
        [
            .. rows.Schema.Where(column => !column.IsHidden && column.Type is ImageDataViewType).Select(column => (column.Name, cursor.GetGetter<MLImage>(column))),
        ];
        MLImage[] images = new MLImage[columns.Length];
        ReadOnlyMemory<char> source = default;
        while (cursor.MoveNext())
        {
            getPath(ref source);
            for (int i = 0; i < columns.Length; i++)
            {
                // The getter disposes of the picture that it gave before.
                columns[i].Get(ref images[i]);
                Picture.FromImage(images[i]).Save(Path.Combine(folder, $"{source}.{columns[i].Name}.png"));
            }
        }
    }
}

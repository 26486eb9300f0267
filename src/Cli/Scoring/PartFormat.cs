using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Cli.Scoring;

/// <summary>What a part is written as.</summary>
/// <param name="Name">In <c>--format</c>.</param>
/// <param name="Extension">Of a part's file; none where a part is a folder.</param>
/// <param name="Write">Writes rows, of text, numbers, truth values and vectors of them alone, or of <c>Path</c> and pictures.</param>
internal sealed record PartFormat(string Name, string Extension, Action<MLContext, IDataView, string> Write)
{
    public static readonly PartFormat Csv = new("csv", ".csv", (_, rows, path) => CsvPart.Write(rows, path));
    public static readonly PartFormat JsonLines = new("jsonl", ".jsonl", (_, rows, path) => JsonLinesPart.Write(rows, path));
    public static readonly PartFormat Pictures = new("pictures", "", (_, rows, path) => PicturesPart.Write(rows, path));

    public static readonly IReadOnlyList<PartFormat> All =
    [
        Csv,
        JsonLines,
        new("parquet", ".parquet", (_, rows, path) => ParquetPart.Write(rows, path)),
        new("idv", ".idv", (context, rows, path) => Save(path, stream => context.Data.SaveAsBinary(rows, stream))),
        new("tsv", ".tsv", (context, rows, path) => Save(path, stream => context.Data.SaveAsText(rows, stream))),
        Pictures,
    ];

    public static PartFormat Named(string name) => All.First(format => format.Name == name);

    /// <summary>Whether a column of this type can be written: one of known size.</summary>
    public bool Takes(DataViewType type) => this == Pictures ? type is ImageDataViewType
        : ScoredColumn.Holds(type is VectorDataViewType { IsKnownSize: true, Size: > 0 } vector ? vector.ItemType : type);

    private static void Save(string path, Action<Stream> write)
    {
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write);
        write(stream);
    }
}

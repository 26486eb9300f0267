using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>
/// A column of pictures of any size to another one, a picture at a time, when a row is asked for. ML.NET's own transformers need one known size: see
/// <see cref="FixedSizeChain"/> for a chain of those.
/// </summary>
/// <remarks>A row without a picture stays one. <paramref name="map"/> may be called from several threads at once.</remarks>
/// <param name="outputColumnName">The column to add.</param>
/// <param name="inputColumnName">The column of pictures (MLImage).</param>
/// <param name="map">Red, green and blue in; what it gives is the caller's.</param>
internal sealed class PictureMapTransformer(string outputColumnName, string inputColumnName, Func<Picture, Picture> map) : ITransformer
{
    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapping(inputSchema).OutputSchema;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Mapping(inputSchema);

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new PictureMapView(input, Mapping(input.Schema));
    }

    // ML.NET keeps what a transformer of our own would need to save itself internal.
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException(
        "a transformer of pictures of any size cannot be saved by ML.NET: save what ToFixedSize(width, height) gives, or the ONNX files (SaveOnnx).");

    private PictureMapping Mapping(DataViewSchema input) => new(input, outputColumnName, inputColumnName, map);
}

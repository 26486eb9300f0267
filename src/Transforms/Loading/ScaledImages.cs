using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>Pictures from files, decoded no larger than they are needed: <c>ml.Transforms.LoadImagesScaled(ml, "Image", folder, "Path", smallestSide: 64)</c>.</summary>
public static class ScaledImageCatalog
{
    /// <summary>
    /// What ML.NET's <c>LoadImages</c> does, sooner: a JPEG file is decoded at the smallest eighth of its size whose shorter side has at least so many pixels,
    /// where most of the work is left out (its decoder averages pixels that fall together). For a <c>ResizeImages</c> that follows; its pixels are not those of the whole
    /// picture, but smoother ones.
    /// </summary>
    /// <remarks>
    /// ML.NET's <c>ResizeImages</c> takes the nearest pixel: a network that was trained on its pixels sees others here, and loses or gains accuracy. Measure it.
    /// <c>ml.Model.Save</c> writes ML.NET's own
    /// <c>LoadImages</c>, which decodes whole pictures.
    /// </remarks>
    /// <param name="catalog">ML.NET's.</param>
    /// <param name="context">Whose it is: nothing public leads from one to the other.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="imageFolder">The folder that paths are relative to; null: none.</param>
    /// <param name="inputColumnName">The column of paths, text.</param>
    /// <param name="smallestSide">Pixels that the shorter side has at least, of a picture that has so many: the height and width that it will be resized to. At least 1.</param>
    public static ScaledImageLoadingEstimator LoadImagesScaled(
        this TransformsCatalog catalog, MLContext context, string outputColumnName, string? imageFolder, string inputColumnName, int smallestSide)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(smallestSide, 1);
        return new ScaledImageLoadingEstimator(context, outputColumnName, imageFolder, inputColumnName, smallestSide);
    }
}

/// <summary>Decodes pictures of files no larger than they are needed: see <see cref="ScaledImageCatalog.LoadImagesScaled"/>.</summary>
public sealed class ScaledImageLoadingEstimator : IEstimator<ITransformer>
{
    private readonly ImageLoadingEstimator whole;
    private readonly IEstimator<ITransformer> scaled;

    internal ScaledImageLoadingEstimator(MLContext context, string output, string? folder, string input, int smallestSide)
    {
        whole = context.Transforms.LoadImages(output, folder, input);
        SchemaDefinition from = SchemaDefinition.Create(typeof(FileRow)), to = SchemaDefinition.Create(typeof(PictureRow));
        from[nameof(FileRow.Path)].ColumnName = input;
        to[nameof(PictureRow.Image)].ColumnName = output;
        to[nameof(PictureRow.Image)].ColumnType = new ImageDataViewType();
        scaled = context.Transforms.CustomMapping<FileRow, PictureRow>((file, row) =>
        {
            // As ML.NET's own loader does, with the picture of the row before.
            row.Image?.Dispose();
            row.Image = null;
            row.Image = file.Path.IsEmpty ? null : Load(Path.Combine(folder ?? "", file.Path.ToString()), smallestSide);
        }, contractName: null, from, to);
    }

    /// <inheritdoc/>
    public ITransformer Fit(IDataView input) => new Transformer(scaled.Fit(input), whole.Fit(input));

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => whole.GetOutputSchema(inputSchema);

    private static MLImage Load(string path, int smallestSide)
    {
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            return PictureDecoder.DecodeScaledJpeg(bytes, smallestSide) ?? MLImage.CreateFromStream(new MemoryStream(bytes));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new InvalidDataException($"'{path}' cannot be read as a picture: {e.Message}", e);
        }
    }

    /// <summary>Does the one, and saves as the other.</summary>
    private sealed class Transformer(ITransformer scaled, ImageLoadingTransformer whole) : ITransformer, ICanSaveModel
    {
        bool ITransformer.IsRowToRowMapper => true;

        public IDataView Transform(IDataView input) => scaled.Transform(input);

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => scaled.GetOutputSchema(inputSchema);

        IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => scaled.GetRowToRowMapper(inputSchema);

        void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)whole).Save(ctx);
    }

    private sealed class FileRow
    {
        public ReadOnlyMemory<char> Path { get; set; }
    }

    private sealed class PictureRow
    {
        public MLImage? Image { get; set; }
    }
}

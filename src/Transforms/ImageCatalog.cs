using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>
/// Pictures in and out of <see cref="IDataView"/>, reached as <c>ml.Images</c>. Every view it loads has the columns
/// <c>Image</c> (<see cref="MLImage"/>), <c>Label</c> (text) and <c>Path</c> (text).
/// </summary>
/// <remarks>
/// Views are lazy: a picture is decoded or drawn when its row's <c>Image</c> is asked for. As with ML.NET's own image
/// loader, the picture belongs to the cursor and is disposed when the next row's is read: keep
/// <see cref="Picture.FromImage"/> of it, not the image.
/// </remarks>
public sealed class ImageCatalog
{
    /// <summary>The smallest side of a moon's picture, in pixels.</summary>
    public const int MinimumMoonSize = 8;

    /// <summary>The largest side of a moon's picture, in pixels.</summary>
    public const int MaximumMoonSize = 1024;

    internal ImageCatalog(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Context = context;
    }

    /// <summary>The context whose log tells of pictures left out.</summary>
    public MLContext Context { get; }

    /// <summary>
    /// Lets rows of <c>PredictionEngine</c>, <c>CreateEnumerable</c> and <c>LoadFromEnumerable</c> have a property of type <see cref="MLImage"/> for every
    /// picture column of a schema. ML.NET takes one only where the column's size was registered. Columns that this library makes are registered
    /// already; this is for those of other transformers, as in a loaded model: <c>ml.Images.RegisterTypes(model.GetOutputSchema(photos.Schema))</c>.
    /// </summary>
    /// <param name="schema">Its columns that are no pictures are left alone.</param>
    public void RegisterTypes(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        PictureTypes.Register(schema);
    }

    /// <summary>
    /// Loads what <paramref name="path"/> holds: an idx file or a folder with idx files by <see cref="LoadIdx"/>, any
    /// other folder by <see cref="LoadFolder(string, ImageFolderOptions?)"/>.
    /// </summary>
    /// <param name="path">A folder, or an idx file of images.</param>
    /// <param name="options">For a folder of pictures.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="InvalidDataException">Nothing there can be read.</exception>
    public IDataView Load(string path, ImageFolderOptions? options = null) => Load(path, options, out _);

    /// <summary>Loads what <paramref name="path"/> holds; see <see cref="Load(string, ImageFolderOptions?)"/>.</summary>
    /// <param name="path">A folder, or an idx file of images.</param>
    /// <param name="options">For a folder of pictures.</param>
    /// <param name="report">How many pictures a folder has and which were left out; null of an idx file.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="InvalidDataException">Nothing there can be read.</exception>
    public IDataView Load(string path, ImageFolderOptions? options, out ImageFolderReport? report)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        report = null;
        var isIdx = Directory.Exists(path) ? IdxFolder.HasImages(path) : File.Exists(path) && IdxFile.Begins(path);
        return isIdx ? LoadIdx(path) : LoadFolder(path, options, out report);
    }

    /// <summary>Loads a folder of pictures; see <see cref="LoadFolder(string, ImageFolderOptions?, out ImageFolderReport)"/>.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">Null: pictures that cannot be read are left out, and the log says which.</param>
    public IDataView LoadFolder(string path, ImageFolderOptions? options = null) => LoadFolder(path, options, out _);

    /// <summary>Loads the pictures (.png, .jpg, .jpeg, .jpe, .jfif, .bmp, .dib, .webp, and of a .gif the first frame) of a folder and its subfolders, ordered by path.</summary>
    /// <remarks>They are turned as their metadata says. A file is read once, however many links lead to it; see <see cref="PictureFolder.Find"/>.</remarks>
    /// <param name="path">The folder.</param>
    /// <param name="options">Null: pictures that cannot be read are left out, and the log says which.</param>
    /// <param name="report">How many pictures there are and which were left out.</param>
    /// <returns>
    /// <c>Image</c>: opaque (transparency lies on white), of known size where all pictures have the same;
    /// <c>Label</c>: the name of the subfolder of <paramref name="path"/> that holds the picture, empty where it lies directly in it;
    /// <c>Path</c>: relative to <paramref name="path"/>, with '/' between folders.
    /// </returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no pictures, or none can be read, or one cannot and <see cref="ImageFolderOptions.Strict"/> is set.
    /// Reading <c>Image</c> throws it, too, for a file that changed since.
    /// </exception>
    public IDataView LoadFolder(string path, ImageFolderOptions? options, out ImageFolderReport report) =>
        ImageFolder.Load(Context, path, options, out report);

    /// <summary>Loads some of a folder's pictures, such as the share of one of several processes: <see cref="PictureFolder.Find"/> names them all.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="pictures">Paths relative to it, with '/' between folders; the rows' order. There may be none.</param>
    /// <param name="options">Null: pictures that cannot be read are left out, and the log says which.</param>
    /// <param name="report">How many pictures were named and which were left out.</param>
    /// <returns>Columns as <see cref="LoadFolder(string, ImageFolderOptions?, out ImageFolderReport)"/> has; no rows where no picture can be read.</returns>
    /// <exception cref="InvalidDataException">One cannot be read and <see cref="ImageFolderOptions.Strict"/> is set.</exception>
    public IDataView LoadFolder(string path, IReadOnlyList<string> pictures, ImageFolderOptions? options, out ImageFolderReport report) =>
        ImageFolder.Load(Context, path, pictures, options, out report);

    /// <summary>Loads picture files by name, and all pictures of the folders among the names.</summary>
    /// <param name="paths">Files, whose bytes and not their names say the format, and folders; at least one picture in all.</param>
    /// <param name="options">Null: pictures that cannot be read, and folders without pictures, are left out, and the log says which.</param>
    /// <param name="report">How many pictures there are and which were left out.</param>
    /// <returns>Columns as <see cref="LoadFolder(string, ImageFolderOptions?)"/> has; <c>Path</c> begins as it was given, and <c>Label</c> is empty.</returns>
    /// <exception cref="ArgumentException">There are no paths.</exception>
    /// <exception cref="InvalidDataException">As of a folder.</exception>
    public IDataView LoadFiles(IReadOnlyList<string> paths, ImageFolderOptions? options, out ImageFolderReport report) =>
        ImageFolder.LoadFiles(Context, paths, options, out report);

    /// <summary>Loads images, and their labels, from MNIST-style idx files, gzip or not.</summary>
    /// <param name="path">
    /// An idx file of unsigned bytes [count, height, width], or a folder: the file there whose name holds <c>images</c>
    /// (among several the one that begins with <c>train</c>).
    /// </param>
    /// <param name="labelsPath">
    /// An idx file of unsigned bytes [count]. Null: the file beside the images that is named as they are, with
    /// <c>labels</c> for <c>images</c> and <c>idx1</c> for <c>idx3</c>, if there is one.
    /// </param>
    /// <returns>
    /// <c>Image</c>: grey, red = green = blue; <c>Label</c>: the number as text, empty without labels;
    /// <c>Path</c>: the images file's name and the row, such as <c>train-images-idx3-ubyte.gz#17</c>.
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file is not what its header says, or the two do not belong together.</exception>
    public IDataView LoadIdx(string path, string? labelsPath = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var imagesPath = Directory.Exists(path) ? IdxFolder.FindImages(path) : path;
        return IdxImages.Load(imagesPath, labelsPath ?? IdxFolder.FindLabels(imagesPath));
    }

    /// <summary>Draws moons: a lit disc on a dark sky. Pictures for trying things out with no data at all.</summary>
    /// <param name="count">Number of rows, at least 1.</param>
    /// <param name="size">Height and width in pixels, <see cref="MinimumMoonSize"/> to <see cref="MaximumMoonSize"/>.</param>
    /// <param name="seed">The same seed gives the same rows, in every pass and in any order of reading.</param>
    /// <returns>
    /// <c>Image</c>, <c>Label</c> (the nearest of eight: <c>new moon</c>, <c>waxing crescent</c>, <c>first quarter</c>,
    /// <c>waxing gibbous</c>, <c>full moon</c>, <c>waning gibbous</c>, <c>last quarter</c>, <c>waning crescent</c>),
    /// <c>Path</c> (such as <c>moon#17</c>), and as Single <c>Phase</c> in [0, 1) (0 new, 0.5 full; (1 − cos 2π·phase) / 2
    /// of the disc is lit), <c>Tilt</c> in degrees in [-20, 20), <c>Radius</c> in pixels, 0.28 to 0.46 of the size.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The count or the size is out of range.</exception>
    public IDataView MoonPhases(int count, int size = 32, int seed = 1) => MLNetGen.MoonPhases.Create(count, size, seed);

    /// <summary>Draws all pictures of a view on one sheet, as PNG.</summary>
    /// <param name="view">Its rows are read once, in order.</param>
    /// <param name="imageColumnName">A column of images. The first gives the cells' size; others of another size are fitted into it.</param>
    /// <param name="path">File name ending in <c>.png</c>; missing folders are made; the file appears whole or not at all.</param>
    /// <param name="columns">Pictures a row, at least 1.</param>
    /// <param name="scale">How many times each pixel is repeated; null picks the smallest that makes cells <see cref="PictureGrid.MinimumCellSize"/> pixels.</param>
    /// <exception cref="ArgumentException">The column is absent or of another type, there are no rows, or the sheet would be too large.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveGrid(IDataView view, string imageColumnName, string path, int columns = 8, int? scale = null) =>
        PictureGrid.Save(path, ImageColumn.Read(view, imageColumnName), columns, scale);
}

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Onnx;

namespace MLNetGen;

/// <summary>
/// A network from pictures to pictures, a file with <c>uint8</c> [N, H, W, 3] in and out, that is run whole on small pictures and in tiles without seams on large ones. From several
/// threads at once too.
/// </summary>
internal sealed class PictureNetwork : IDisposable
{
    /// <summary>What a file's metadata call the factor.</summary>
    public const string FactorKey = "factor";

    // Of the picture that is made; 64 channels of it are 150 MB.
    private const int TileSize = 768;

    private readonly MLContext context;
    private readonly int threads;
    private readonly PictureSession session;
    private readonly Lazy<TiledOnnxNetwork> tiles;

    /// <param name="file">The ONNX file.</param>
    /// <param name="factor">How many times as wide and high pictures become.</param>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    /// <param name="context">Names the GPU to use, if any.</param>
    public PictureNetwork(string file, int factor, int threads, MLContext context)
        : this(file, factor, threads, context, new PictureSession(file, threads, ContextGpu.Find(context, out _)))
    {
    }

    private PictureNetwork(string file, int factor, int threads, MLContext context, PictureSession session)
    {
        (File, Factor, this.threads, this.context, this.session) = (file, factor, threads, context, session);
        tiles = new Lazy<TiledOnnxNetwork>(() => new TiledOnnxNetwork(file, new TilingOptions { TileSize = TileSize / factor, Threads = threads, GpuDeviceId = ContextGpu.Find(context, out _) }));
    }

    public string File { get; }

    public int Factor { get; }

    /// <summary>A file that was written before.</summary>
    /// <param name="path">The file, or the folder that it is in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="what">What it is of, for errors: "a super-resolution run".</param>
    /// <param name="family">What its metadata call the family.</param>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    /// <param name="context">Names the GPU to use, if any.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is another network.</exception>
    public static PictureNetwork Open(string path, string name, string what, string family, int threads, MLContext context)
    {
        string file = Path.GetFullPath(Directory.Exists(path) ? Path.Combine(path, name) : path);
        if (!System.IO.File.Exists(file))
            throw new FileNotFoundException($"there is no '{file}': give the folder of {what}, or its {name}.", file);
        PictureSession session;
        try
        {
            session = new PictureSession(file, threads, ContextGpu.FindAndTell(context));
        }
        catch (Exception e) when (e is ArgumentException or OnnxRuntimeException)
        {
            throw new InvalidDataException($"'{file}' is not the {name} of {what}, which is the file to name: {e.Message}", e);
        }

        if (session.Metadata.GetValueOrDefault("family") == family && int.TryParse(session.Metadata.GetValueOrDefault(FactorKey), CultureInfo.InvariantCulture, out int factor))
            return new PictureNetwork(file, factor, threads, context, session);
        session.Dispose();
        throw new InvalidDataException($"'{file}' is not of {what}: name the {name} of a run, or its folder.");
    }

    /// <summary>Runs the network.</summary>
    /// <param name="picture">Grey or colour, of any size.</param>
    /// <param name="progress">Of a picture that is computed in tiles: 0 to 1.</param>
    /// <param name="cancel">Stops between two tiles.</param>
    /// <exception cref="ArgumentException">What it makes would have more pixels than an image holds; nothing was computed.</exception>
    public Picture Run(Picture picture, IProgress<double>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(picture);
        (long width, long height) = ((long)picture.Width * Factor, (long)picture.Height * Factor);
        if (width * height > Picture.MaxPixels)
            throw new ArgumentException($"a picture of {picture.Width}×{picture.Height} would become one of {width}×{height}, and an image holds at most {Picture.MaxPixels:N0} pixels: enlarge it in parts of at most {Picture.MaxPixels / (Factor * Factor):N0} pixels, or take a network of a smaller factor.", nameof(picture));
        cancel.ThrowIfCancellationRequested();
        return Math.Max(picture.Width, picture.Height) <= TileSize / Factor
            ? session.Run(picture)
            : new Picture((int)width, (int)height, 3, tiles.Value.Run(PictureColors.ToRgb(picture).Pixels, picture.Width, picture.Height, progress: progress, cancellationToken: cancel));
    }

    /// <inheritdoc cref="FixedSizeChain.Of"/>
    public TransformerChain<ITransformer> ToFixedSize(string input, string output, string outputColumnName, string inputColumnName, int width, int height, ImageResizingEstimator.ResizingKind resizing) =>
        FixedSizeChain.Of(context, File, input, output, outputColumnName, inputColumnName, width, height, Factor, resizing, threads);

    public void Dispose()
    {
        session.Dispose();
        if (tiles.IsValueCreated)
            tiles.Value.Dispose();
    }
}

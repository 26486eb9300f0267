using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNetGen.Onnx;
using MLNetGen.Style;

namespace MLNetGen;

/// <summary>
/// A trained style network read from its ONNX file, <c>style.onnx</c>: repaints pictures of any size, each in one pass. Safe to use from several threads;
/// ONNX Runtime is all it needs.
/// </summary>
public sealed class StyleModel : IDisposable
{
    private readonly string path;
    private readonly InferenceSession session;
    private readonly int threads;
    private readonly int? gpu;
    // By the size of a tile.
    private readonly Dictionary<int, TiledOnnxNetwork> tiled = [];

    private StyleModel(string path, InferenceSession session, IReadOnlyList<string> styles, int threads, int? gpu)
    {
        (this.path, this.session, this.threads, this.gpu) = (path, session, threads, gpu);
        Styles = styles;
    }

    /// <summary>The names of its styles: the file names of the paintings.</summary>
    public IReadOnlyList<string> Styles { get; }

    /// <summary>Reads a network.</summary>
    /// <param name="path">A <c>style.onnx</c>, or the folder of a run with one in it.</param>
    /// <param name="numberOfThreads">Processor cores to use; 0 for all.</param>
    /// <param name="context">Names the GPU to use, and whether the processor will do; null: the processor.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not a style network of this library.</exception>
    /// <exception cref="InvalidOperationException">The context names a GPU that is not there, and does not fall back.</exception>
    public static StyleModel Open(string path, int numberOfThreads = 0, MLContext? context = null) =>
        OpenOn(path, numberOfThreads, context is null ? null : ContextGpu.FindAndTell(context));

    internal static StyleModel OpenOn(string path, int numberOfThreads, int? gpu)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            path = Path.Combine(path, StyleOnnxFiles.Name);
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no '{path}': train a style network first, or name its {StyleOnnxFiles.Name} or the run's folder.", path);
        InferenceSession session;
        try
        {
            using SessionOptions options = PictureSessions.Options(numberOfThreads, gpu);
            session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"'{path}' is not an ONNX file that ONNX Runtime reads: {e.Message}", e);
        }
        if (!OnnxMetadata.Read(path).TryGetValue(StyleOnnxFiles.NamesKey, out string? names) || !session.InputMetadata.TryGetValue(StylizerModule.Picture, out NodeMetadata? input)
            || input.ElementType != typeof(float))
        {
            session.Dispose();
            throw new InvalidDataException($"'{path}' is not a style network: name the {StyleOnnxFiles.Name} that `train style` wrote.");
        }
        return new StyleModel(path, session, names.Split('\n'), numberOfThreads, gpu);
    }

    /// <summary>Repaints a picture.</summary>
    /// <param name="picture">Any size from 32×32 on; grey or colour.</param>
    /// <param name="options">How strongly, in which styles, where; null: the first style, everywhere.</param>
    /// <param name="progress">Of a picture that is painted in tiles: 0 to 1.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <returns>A picture of the same size, in colour.</returns>
    /// <exception cref="ArgumentException">The picture is smaller than 32×32, or an option does not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Picture Stylize(Picture picture, StylizeOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        options ??= new();
        options.Validate();
        StylePictures.CheckSize(picture, "to be painted");
        float[] mixture = options.MixtureOf(Styles.Count);
        Picture original = PictureColors.ToRgb(picture);
        Picture painted = (long)picture.Width * picture.Height > options.LargestWholePicture
            ? InTiles(original, options, mixture, progress, cancellationToken)
            : Whole(original, (float)options.Strength, mixture);
        painted = ColorsOfPhotograph.Keep(options.KeptColors, painted, original);
        return options.Mask is { } mask ? PictureMask.Blend(original, painted, mask) : painted;
    }

    /// <summary>Closes its ONNX sessions.</summary>
    public void Dispose()
    {
        session.Dispose();
        lock (tiled)
        {
            foreach (TiledOnnxNetwork network in tiled.Values)
                network.Dispose();
            tiled.Clear();
        }
    }

    // Made for the first such picture: nobody pays for it who paints none.
    private TiledOnnxNetwork Tiled(int tileSize)
    {
        lock (tiled)
        {
            if (!tiled.TryGetValue(tileSize, out TiledOnnxNetwork? network))
                tiled.Add(tileSize, network = new(path, new TilingOptions { TileSize = tileSize, Threads = threads, GpuDeviceId = gpu }));
            return network;
        }
    }

    private Picture InTiles(Picture picture, StylizeOptions options, float[] mixture, IProgress<double>? progress, CancellationToken cancel)
    {
        Dictionary<string, float[]> settings = new() { [StylizerModule.Strength] = [(float)options.Strength] };
        if (mixture.Length > 1)
            settings.Add(StylizerModule.Style, mixture);
        return new Picture(picture.Width, picture.Height, 3, Tiled(options.TileSize).Run(picture.Pixels, picture.Width, picture.Height, settings, progress, cancel));
    }

    private Picture Whole(Picture picture, float strength, float[] mixture)
    {
        int places = picture.Width * picture.Height;
        float[] planes = new float[3 * places];
        for (int place = 0; place < places; place++)
        {
            for (int channel = 0; channel < 3; channel++)
                planes[channel * places + place] = picture.Pixels[place * 3 + channel];
        }
        NamedOnnxValue pixels = NamedOnnxValue.CreateFromTensor(StylizerModule.Picture, new DenseTensor<float>(planes, [1, 3, picture.Height, picture.Width]));
        List<NamedOnnxValue> inputs = [pixels, NamedOnnxValue.CreateFromTensor(StylizerModule.Strength, new DenseTensor<float>(new[] { strength }, [1]))];
        if (mixture.Length > 1)
            inputs.Add(NamedOnnxValue.CreateFromTensor(StylizerModule.Style, new DenseTensor<float>(mixture, [1, mixture.Length])));
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs, [StyleOnnxFiles.Output]);
        ReadOnlySpan<float> painted = ((DenseTensor<float>)results[0].AsTensor<float>()).Buffer.Span;
        byte[] bytes = new byte[3 * places];
        for (int place = 0; place < places; place++)
        {
            for (int channel = 0; channel < 3; channel++)
                bytes[place * 3 + channel] = (byte)MathF.Round(painted[channel * places + place]);
        }
        return new Picture(picture.Width, picture.Height, 3, bytes);
    }
}

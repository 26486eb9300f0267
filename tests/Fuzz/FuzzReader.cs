using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Cli;
using MLNetGen.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Fuzz;

/// <summary>Something of the product that reads a user's files, and what it is documented to throw for a damaged one.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Kind">The files that it is for.</param>
/// <param name="Share">How often it is tried, beside the others.</param>
/// <param name="Documented">Exceptions that a caller is told of; any other is a fault.</param>
/// <param name="Read">Reads the file at a path.</param>
internal sealed record FuzzReader(string Name, SeedKind Kind, int Share, IReadOnlyList<Type> Documented, Action<string> Read)
{
    /// <summary>
    /// Whether parts of a zip may be damaged under right checksums. Not where TorchSharp and ML.NET read them: some bytes end the process in the one, and never end in the other, and what
    /// keeps a damaged file from them is its checksums.
    /// </summary>
    public bool MendsZips { get; init; } = true;

    // Of pictures: what is larger by its header is not decoded, so that a run takes little memory.
    private const long MostPixels = 1 << 22;

    private static readonly MLContext Context = new(seed: 1);
    private static readonly Type[] BadFile = [typeof(InvalidDataException)];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzReader> All { get; } =
    [
        new("weights", SeedKind.Weights, 40, BadFile, ReadWeights),
        new("weights-into-network", SeedKind.Weights, 10, BadFile, path =>
        {
            using Sequential network = Seed.SmallNetwork();
            PretrainedWeights.Load(path, network, new PretrainedWeightsOptions { AllowUnused = true });
        }),
        new("idx", SeedKind.Idx, 15, BadFile, path => Context.Images.LoadIdx(path).GetColumn<MLImage>("Image").First().Dispose()),
        new("picture", SeedKind.Picture, 60, BadFile, path => PictureFile.Read(path, MostPixels)),
        new("picture-check", SeedKind.Picture, 30, [], CheckPicture),
        new("picture-in-folder", SeedKind.Picture, 5, BadFile, path =>
            Context.Images.LoadFiles([path], new ImageFolderOptions { MaximumPixels = MostPixels, Strict = true }, out _).GetColumn<MLImage>("Image").First().Dispose()),
        new("onnx-summary", SeedKind.Onnx, 5, BadFile, path => OnnxSummary.Read(path)),
        new("tiles", SeedKind.Onnx, 2, [typeof(InvalidDataException), typeof(NotSupportedException), typeof(OnnxRuntimeException)], path =>
        {
            using TiledOnnxNetwork network = new(path, new TilingOptions { Threads = 1 });
        }),
        new("upscaler", SeedKind.Upscaler, 1, BadFile, path => SuperResolutionTransformer.Load(Context, path, numberOfThreads: 1).Dispose()),
        new("onnx-archive", SeedKind.Model, 3, BadFile, path => ModelArchive.Read(path, null)),
        // As the command line opens one.
        new("model", SeedKind.Model, 1, BadFile, path => (ModelFile.Load(Context, path) as IDisposable)?.Dispose()) { MendsZips = false },
        new("checkpoint", SeedKind.Checkpoint, 20, BadFile, ReadCheckpoint) { MendsZips = false },
    ];

    private static void ReadWeights(string path)
    {
        using PretrainedWeights weights = PretrainedWeights.Open(path);
        foreach (PretrainedTensor tensor in weights.Tensors)
            weights.Read(tensor.Name).Dispose();
    }

    // What the check lets pass, the decoder decodes, at the size that was told.
    private static void CheckPicture(string path)
    {
        PictureCheck check = PictureFile.Check(path, MostPixels);
        if (!check.IsReadable)
            return;
        using MLImage image = PictureFile.Decode(path, path, MostPixels);
        if ((image.Width, image.Height) != (check.Width, check.Height))
            throw new InvalidOperationException($"it is {image.Width}×{image.Height}, and was said to be {check.Width}×{check.Height}");
    }

    private static void ReadCheckpoint(string path)
    {
        _ = Checkpoint.ReadHeader<CheckpointHeader>(path);
        using Sequential network = Seed.SmallNetwork();
        using Adam adam = optim.Adam(network.parameters());
        Checkpoint.LoadNetwork(path, "network", network);
        Checkpoint.LoadOptimizer(path, "optimizer", adam);
    }
}

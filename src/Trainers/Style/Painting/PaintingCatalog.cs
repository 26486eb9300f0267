using Microsoft.ML.Data;
using MLNetGen.Style;

namespace MLNetGen;

/// <summary>Painting by optimising the picture itself, in <c>mlContext.Generative</c>.</summary>
public static class PaintingCatalog
{
    private const string Family = "painting";

    extension(GenerativeCatalog catalog)
    {
        /// <summary>
        /// Paints a photograph in the manner of a painting, by optimising the picture itself: minutes a picture where a trained style network takes less than a
        /// second, any style and size without training.
        /// </summary>
        /// <param name="content">The photograph; null paints from the style alone.</param>
        /// <param name="style">The painting; null reconstructs the photograph from its content layer alone.</param>
        /// <param name="options">How. Null for the defaults.</param>
        /// <returns>The best picture there was; cancelled, the best so far. It is returned even if files could not be written (<see cref="Painting.FilesMissing"/>).</returns>
        /// <remarks>Source: Gatys, Ecker and Bethge 2016, "Image style transfer using convolutional neural networks".</remarks>
        /// <exception cref="ArgumentException">An option is out of its range, a picture is too small, or the loss network has no such layer.</exception>
        /// <exception cref="FileNotFoundException">There is no such file of weights.</exception>
        /// <exception cref="InvalidDataException">The loss network's file holds no weights, or those of another network.</exception>
        /// <exception cref="OperationCanceledException">Cancelled while it waited for another run in the process to end.</exception>
        /// <exception cref="IOException">Nothing can be written to the workspace; found out before painting.</exception>
        public Painting Paint(MLImage? content, MLImage? style, PaintingOptions? options = null)
        {
            options ??= new();
            options.Validate();
            // First: making a network draws from the random state that another run in the process may be using.
            using TrainingSession session = TrainingSession.Begin(catalog.Context, Family, options.ToSession());
            session.Take(options.WorkspacePath);
            using LossNetwork network = LossNetworks.Open(options.LossNetwork);
            PaintingPictures pictures = PaintingPictures.Prepare(content, style, options, network);
            using PaintingLoss loss = new(network, pictures, options, session.Device);
            session.Info($"{pictures.Width}×{pictures.Height}, judged by {LossNetworks.Told(network, options.LossNetwork)}; {session.Device}, seed {session.Seed}.");
            Painter painter = new(options, pictures, loss, session);
            if (options.WorkspacePath is not null)
                PaintingSnapshots.Begin(options.WorkspacePath);
            PaintingSnapshots? snapshots = options is { WorkspacePath: { } folder, SnapshotInterval: > 0 }
                ? new(folder, options.SnapshotInterval, options.Iterations, painter.Finished) : null;
            Painting painting = painter.Paint(network.Description, snapshots);
            if (options.WorkspacePath is not { } workspace)
                return painting;
            try
            {
                PaintingReport.Write(workspace, painting, pictures, SettingsOf(options, pictures, loss, network, painter, session), snapshots, options.CommandLine);
                return painting;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                session.Warning($"the painting is not in the workspace, or without its report: {e.Message}");
                return painting with { FilesMissing = e.Message };
            }
        }

        /// <summary>What the loss makes of any pictures, beside a photograph and in a style: paintings of another program, the photograph itself.</summary>
        /// <param name="paintings">Stretched to the size at which is compared, if they have another.</param>
        /// <param name="content">The photograph.</param>
        /// <param name="style">The painting.</param>
        /// <param name="options">Loss network, layers, weights and sizes; null for the defaults. What only concerns painting is not looked at.</param>
        /// <returns>One a picture. They compare with each other and with <see cref="Painting.Terms"/> of the same photograph, style and options.</returns>
        /// <exception cref="ArgumentException">An option is out of its range, a picture is too small, or the loss network has no such layer.</exception>
        /// <exception cref="FileNotFoundException">There is no such file of weights.</exception>
        /// <exception cref="InvalidDataException">The loss network's file holds no weights, or those of another network.</exception>
        /// <exception cref="OperationCanceledException">Cancelled while it waited for another run in the process to end.</exception>
        public IReadOnlyList<StyleLossTerms> JudgePaintings(IReadOnlyList<MLImage> paintings, MLImage content, MLImage style, PaintingOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(paintings);
            ArgumentNullException.ThrowIfNull(content);
            ArgumentNullException.ThrowIfNull(style);
            options ??= new();
            options.Validate();
            // First: making a network draws from the random state that another run in the process may be using.
            using TrainingSession session = TrainingSession.Begin(catalog.Context, Family, options.ToSession());
            using LossNetwork network = LossNetworks.Open(options.LossNetwork);
            PaintingPictures pictures = PaintingPictures.Prepare(content, style, options, network);
            using PaintingLoss loss = new(network, pictures, options, session.Device);
            return [.. paintings.Select(painting => loss.Of(PictureResize.To(Picture.FromImage(painting), pictures.Width, pictures.Height)))];
        }
    }

    private static PaintingSettings SettingsOf(PaintingOptions options, PaintingPictures pictures, PaintingLoss loss, LossNetwork network, Painter painter, TrainingSession session) => new()
    {
        Seed = session.Seed,
        LossNetwork = network.Description,
        LossNetworkHash = network.WeightsHash,
        ContentLayer = loss.Settings.ContentLayer,
        StyleLayers = loss.Settings.StyleLayers,
        Weights = loss.Settings.Weights,
        Optimizer = options.Optimizer,
        LearningRate = options.LearningRate ?? Painter.RateOf(options.Optimizer),
        Iterations = options.Iterations,
        Underpainting = painter.Underpainting,
        Start = pictures.Start is not null ? "picture" : pictures.Content is null || options.Start == PaintingStart.Noise ? "noise" : options.Start == PaintingStart.ColorMatched && pictures.Style is not null ? "matched" : "content",
        Width = pictures.Width,
        Height = pictures.Height,
        StyleScale = options.StyleScale,
        KeptColors = options.KeptColors,
        Mask = pictures.Mask is not null,
        Device = session.Device.ToString(),
        NumberOfThreads = session.NumberOfThreads,
    };
}

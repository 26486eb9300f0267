using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Style;
using TorchSharp;

namespace MLNetGen;

/// <summary>
/// Trains a network that repaints any picture in the style of a painting, in one pass, on a column of content pictures; returns it as an
/// ONNX-backed transformer. Source: Johnson, Alahi and Fei-Fei 2016, "Perceptual losses for real-time style transfer and super-resolution",
/// arXiv:1603.08155; several styles: Dumoulin, Shlens and Kudlur 2017, arXiv:1610.07629.
/// </summary>
public sealed partial class StyleTransferTrainer : IEstimator<StyleTransferTransformer>
{
    private const string Family = "style";

    private readonly MLContext context;
    private readonly Options options;

    internal StyleTransferTrainer(MLContext context, Options options)
    {
        this.context = context;
        this.options = options;
        options.Validate();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is absent or of another type, there are no rows, a painting or test picture is too small, or an option does not fit the loss network.</exception>
    /// <exception cref="InvalidDataException">A row, a painting, a test picture, the checkpoint to resume from or the loss network's file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">
    /// The checkpoint to resume from is of another run, or ONNX Runtime and the network disagree; the trained weights are then in the checkpoint.
    /// </exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN before the first snapshot.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public StyleTransferTransformer Fit(IDataView input)
    {
        StyleHistory.Header? resumed = StyleHistory.ToResume(options);
        using TrainingSession session = TrainingSession.BeginTraining(context, Family, options, resumed?.Settings);
        PictureInput column = ColumnOf(input);
        TransformNetwork network = new(ShapeOf(options));
        try
        {
            OnnxFile.Try(context.TempFilePath);
            session.Info($"{options.Network} network, {network.parameters().Sum(p => p.numel()):N0} parameters.");
            using LossNetwork lossNetwork = LossNetworks.Open(options.LossNetwork);
            lossNetwork.To(session.Device);
            StyleTargets targets = StyleTargets.Read(options, lossNetwork, session.Device);
            using PictureSet contents = StyleContents.Read(context, input, column, options, session);
            StyleSettings settings = SettingsOf(targets, lossNetwork, contents, resumed, session);
            using PerceptualLoss loss = targets.Loss(settings);
            using StyleJudge judge = new(loss, StyleContents.TestPictures(options, input), session.Device);
            targets.StartWithColors(network);
            StyleHistory history = StyleHistory.Begin(options, resumed, settings, StyleTask.NetworksOf(network), session);
            session.Info($"{contents.Count:N0} content pictures of {settings.ImageSize}×{settings.ImageSize}, {settings.Steps:N0} steps of {settings.BatchSize}; style taught by {LossNetworks.Told(lossNetwork, options.LossNetwork)}; {session.Device}, seed {session.Seed}.");

            network.to(session.Device);
            using (StyleTask task = new(network, options, history, session, contents, loss, judge))
                new Trainer(options, session).Run(task);
            network.eval();
            StyleResult[] results = StyleResult.Of(judge, (picture, style) => judge.Paint(network, picture, style), targets.Pictures);
            network.to(torch.device("cpu"));
            return Export(network, history, judge.Pictures, targets.Pictures, results, session);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The transformer of the last snapshot in <see cref="TrainingOptions.WorkspacePath"/>, without training on: for a run that was stopped
    /// and is not to be resumed.
    /// </summary>
    /// <param name="input">Rows like the training rows; all that is read of them are test pictures where none are named or held out.</param>
    /// <exception cref="InvalidOperationException">There is no checkpoint in the workspace, or it is of another run.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public StyleTransferTransformer FitFromCheckpoint(IDataView input)
    {
        StyleHistory.Header finished = StyleHistory.Finished(options);
        using TrainingSession session = TrainingSession.Begin(context, Family, options, finished.Settings);
        TransformNetwork network = new(ShapeOf(options));
        try
        {
            using LossNetwork lossNetwork = LossNetworks.Open(options.LossNetwork);
            StyleTargets targets = StyleTargets.Read(options, lossNetwork, torch.device("cpu"));
            // The rows are taken for the run's own; paintings, networks and losses must be.
            StyleSettings settings = finished.Settings with
            {
                Shape = ShapeOf(options),
                StyleNames = StyleNames(options),
                StyleData = targets.Hash,
                LossNetworkWeights = lossNetwork.WeightsHash,
                Asked = StyleLossChoice.Of(options),
            };
            StyleHistory history = StyleHistory.Begin(options, finished, settings, StyleTask.NetworksOf(network), session);
            network.eval();
            using PerceptualLoss loss = targets.Loss(finished.Settings);
            using StyleJudge judge = new(loss, StyleContents.TestPictures(options, input), torch.device("cpu"));
            return Export(network, history, judge.Pictures, targets.Pictures, StyleResult.Of(judge, (picture, style) => judge.Paint(network, picture, style), targets.Pictures), session);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column column = inputSchema.FirstOrDefault(c => c.Name == options.InputColumnName);
        if (column.Name is null || column.ItemType is not ImageDataViewType)
            throw SchemaShapes.NoColumn(inputSchema, $"'{options.InputColumnName}' of pictures (MLImage) to learn from");
        return SchemaShapes.Append(context, inputSchema, new DataViewSchema.DetachedColumn(options.OutputColumnName, new ImageDataViewType()));
    }

    private static StyleShape ShapeOf(Options options) => new(options.Network, options.StylePictures.Count, options.Upsampling, options.Padding);

    private static IReadOnlyList<string> StyleNames(Options options) => StyleTargets.NamesOf(options.StylePictures);

    private PictureInput ColumnOf(IDataView input) => new(
        context, NetworkInput.FindPictures(input, options.InputColumnName, "a style network").Name, channels: 3, options.ImageSize, options.ImageSize, ImageResizingEstimator.ResizingKind.IsoCrop);

    private StyleSettings SettingsOf(StyleTargets targets, LossNetwork lossNetwork, PictureSet contents, StyleHistory.Header? resumed, TrainingSession session)
    {
        int batch = options.BatchSize ?? StyleContents.DefaultBatchSize;
        int steps = StyleContents.StepsOf(options, contents.Count);
        // A machine with another device or other threads would calibrate them a little otherwise.
        PerceptualLossSettings loss = resumed?.Settings.Loss ?? targets.Settings(options, contents);
        return new()
        {
            Seed = session.Seed,
            Precision = session.Precision,
            Shape = ShapeOf(options),
            StyleNames = StyleNames(options),
            StyleData = targets.Hash,
            StyleScale = options.StyleScale,
            ImageSize = options.ImageSize,
            HorizontalFlip = options.HorizontalFlip,
            AugmentContent = options.AugmentContent,
            LossNetwork = lossNetwork.Description,
            LossNetworkWeights = lossNetwork.WeightsHash,
            ContentLayer = loss.ContentLayer,
            StyleLayers = loss.StyleLayers,
            Weights = loss.Weights,
            TemporalWeight = options.TemporalWeight,
            BatchSize = batch,
            Steps = steps,
            LearningRate = options.LearningRate,
            Schedule = options.Schedule,
            MaximumGradientNorm = options.MaximumGradientNorm ?? (lossNetwork.PublishedWeights is null ? CalibratedGradientNorm : null),
            SnapshotInterval = options.SnapshotInterval ?? resumed?.Settings.SnapshotInterval ?? Math.Max(LeastDefaultInterval, steps / DefaultSnapshots),
            Asked = StyleLossChoice.Of(options),
            TrainingRows = contents.RowsThere,
            TrainingData = contents.IsComplete ? contents.Hash : "",
            Device = session.Device.ToString(),
            NumberOfThreads = session.NumberOfThreads,
        };
    }

    private const double CalibratedGradientNorm = 1;
    private const int DefaultSnapshots = 20, LeastDefaultInterval = 20;

    private StyleTransferTransformer Export(
        TransformNetwork network, StyleHistory history, IReadOnlyList<(string Name, Picture Picture)> tests, IReadOnlyList<Picture> paintings, StyleResult[] results, TrainingSession session)
    {
        return OnnxBundle.Use(StyleOnnxFiles.Export(network, history.Settings.StyleNames, OnnxFile.WeightsOf(options), context.TempFilePath), files => new StyleTransferTransformer(
            context, options.InputColumnName, options.OutputColumnName, network, files, new StyleRun(history, tests, paintings, results, StyleContents.HasHeldOut(options)), session.NumberOfThreads));
    }
}

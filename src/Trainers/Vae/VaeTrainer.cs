using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Vae;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Trains a variational autoencoder on a column of pictures (or of vectors in [0, 1]) and returns it as an
/// ONNX-backed transformer. The objective is −ELBO: reconstruction + β · KL, in nats per image.
/// Source: Kingma and Welling 2013, arXiv:1312.6114; β: Higgins et al. 2017.
/// </summary>
public sealed partial class VaeTrainer : IEstimator<VaeTransformer>
{
    private const string Family = "vae", NetworkPart = "network", OptimizerPart = "optimizer";

    private readonly MLContext context;
    private readonly Options options;

    internal VaeTrainer(MLContext context, Options options)
    {
        this.context = context;
        this.options = options;
        options.Validate();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is absent or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read, a value is not in [0, 1], or the checkpoint to resume from is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// The checkpoint to resume from is of another run, or ONNX Runtime and the network disagree; the trained weights are then in the checkpoint.
    /// </exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN before the first epoch ended.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public VaeTransformer Fit(IDataView input)
    {
        VaeHistory.Header? resumed = options.Resume ? Finished() : null;
        using TrainingSession session = TrainingSession.Begin(context, Family, options, resumed?.Settings.Seed);
        NetworkInput column = InputOf(input);
        VaeRecipe recipe = VaeRecipe.For(ArchitectureFor(column), options);
        using VaeNetwork network = new(recipe.Architecture, column.Shape, options.LatentDimension);

        OnnxFile.Try();
        session.Info($"{recipe.Architecture} network, {network.parameters().Sum(p => p.numel()):N0} parameters.");

        Tensor rows = column.Read(input, options.CancellationToken);
        VaeSettings settings = VaeSettings.Of(options, recipe, column, session, rows.shape[0], TrainingData.HashOf(rows));
        VaeHistory history = resumed is null ? new VaeHistory(settings) : Resume(resumed, settings, network, session);
        using BatchFeed train = new(rows, column.Scale, session.Device);
        using BatchFeed? test = options.ValidationSet is { } held ? new(column.Read(held, options.CancellationToken), column.Scale, session.Device) : null;
        session.Info($"{train.Count:N0} training rows of {string.Join("×", column.Shape)}, {test?.Count ?? 0:N0} held out; {session.Device}, seed {session.Seed}.");

        network.to(session.Device);
        Train(network, recipe, history, train, test, column, session);
        network.to(torch.device("cpu"));
        return Export(network, column, input.Schema, history, session);
    }

    /// <summary>
    /// The transformer of the last finished epoch in <see cref="TrainingOptions.WorkspacePath"/>, without training on:
    /// for a run that was stopped and is not to be resumed.
    /// </summary>
    /// <param name="input">Rows like the training rows; all that is read of them is what an unset option is taken from.</param>
    /// <exception cref="InvalidOperationException">There is no checkpoint in the workspace, or it is of another run.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public VaeTransformer FitFromCheckpoint(IDataView input)
    {
        VaeHistory.Header finished = (options.WorkspacePath is null ? null : Finished())
            ?? throw new InvalidOperationException($"there is no checkpoint in '{options.WorkspacePath}': train an epoch first, or set WorkspacePath to where one is.");
        using TrainingSession session = TrainingSession.Begin(context, Family, options, finished.Settings.Seed);
        NetworkInput column = InputOf(input);
        VaeRecipe recipe = VaeRecipe.For(ArchitectureFor(column), options);
        using VaeNetwork network = new(recipe.Architecture, column.Shape, options.LatentDimension);
        // The rows are taken for the run's own, and the epochs that were planned stay the plan.
        VaeSettings settings = VaeSettings.Of(options, recipe, column, session, finished.Settings.TrainingRows, finished.Settings.TrainingData);
        VaeHistory history = Resume(finished, settings with { Epochs = finished.Settings.Epochs }, network, session);
        return Export(network, column, input.Schema, history, session);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => VaeSchema.Shape(context, inputSchema, options);

    private void Train(VaeNetwork network, VaeRecipe recipe, VaeHistory history, BatchFeed train, BatchFeed? test, NetworkInput column, TrainingSession session)
    {
        using DisposeScope run = NewDisposeScope();
        using Adam optimizer = optim.Adam([.. network.parameters()], recipe.LearningRate, options.Beta1, options.Beta2);
        VaeLoss loss = new(options.Likelihood, options.GaussianDeviation);
        if (history.Epochs.Count > 0)
            Checkpoint.LoadOptimizer(Checkpoint.PathIn(options.WorkspacePath!), OptimizerPart, optimizer);
        VaeSnapshots? snapshots = options.WorkspacePath is { } folder ? new(folder, column, options.LatentDimension) : null;
        using LastGoodEpoch lastGood = new(network);

        int batches = (int)((train.Count + recipe.BatchSize - 1) / recipe.BatchSize);
        ProgressMeter meter = new(history.Epochs.Count * train.Count, options.Epochs * train.Count);
        for (int epoch = history.Epochs.Count + 1; epoch <= options.Epochs; epoch++)
        {
            session.SeedEpoch(epoch);
            long[] order = session.OrderOf(train.Count, epoch);
            network.train();
            VaeTerms sum = default;
            long started = Stopwatch.GetTimestamp();
            for (int batch = 0; batch < batches; batch++)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                long step = (epoch - 1L) * batches + batch;
                optimizer.SetRate(recipe.Schedule.At(recipe.LearningRate, step, (long)options.Epochs * batches));
                (VaeTerms terms, int images) = Step(network, loss, optimizer, train.Batch(order, (long)batch * recipe.BatchSize, recipe.BatchSize));
                if (!terms.IsFinite)
                {
                    Diverged(epoch, batch + 1, history, recipe, session);
                    lastGood.Restore();
                    return;
                }
                sum += terms;
                long done = Math.Min((batch + 1L) * recipe.BatchSize, train.Count);
                meter.Advance(images);
                options.ProgressCallback?.Invoke(new VaeProgress(epoch, options.Epochs, batch + 1, batches, (sum / done).ToMetrics(), meter.ImagesPerSecond, meter.Remaining));
            }
            double rate = train.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;

            network.eval();
            // The weights after the last step have not been tried yet: a few training rows do where none are held out.
            VaeTerms judged = Judge(network, loss, test ?? train, test?.Count ?? Math.Min(train.Count, JudgeBatch), session.Device);
            if (!judged.IsFinite)
            {
                Diverged(epoch, batches, history, recipe, session);
                lastGood.Restore();
                return;
            }
            VaeEpoch finished = new(epoch, (sum / train.Count).ToMetrics(), test is null ? null : judged.ToMetrics(), rate);
            history.Add(finished, meter.Seconds);
            lastGood.Keep();
            session.Info(finished.ToString());
            if (options.WorkspacePath is { } workspace)
                Save(workspace, history, network, optimizer);
            snapshots?.Take(network, test ?? train, epoch, session.Device);
            options.MetricsCallback?.Invoke(finished);
        }
    }

    private static void Save(string workspace, VaeHistory history, VaeNetwork network, Adam optimizer) => Checkpoint.Save(
        Checkpoint.PathIn(workspace), history.ToHeader(), new Dictionary<string, nn.Module> { [NetworkPart] = network }, new Dictionary<string, OptimizerHelper> { [OptimizerPart] = optimizer });

    private (VaeTerms Terms, int Images) Step(VaeNetwork network, VaeLoss loss, Adam optimizer, Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        int images = (int)pixels.shape[0];
        using Tensor owned = pixels;
        Tensor noise = randn([images, network.LatentDimension], device: pixels.device);
        (Tensor logits, Tensor mean, Tensor logVar) = network.call(pixels, noise);
        Tensor reconstruction = loss.Reconstruction(logits, pixels);
        Tensor kl = VaeLoss.Kl(mean, logVar);
        Tensor objective = (options.Beta == 1 ? reconstruction + kl : reconstruction + options.Beta * kl) / images;
        optimizer.zero_grad();
        objective.backward();
        optimizer.step();
        return (new VaeTerms(reconstruction.ToDouble(), kl.ToDouble()), images);
    }

    /// <summary>−ELBO of the first rows, one draw of z a row, the same draws every time.</summary>
    private static VaeTerms Judge(VaeNetwork network, VaeLoss loss, BatchFeed rows, long count, Device device)
    {
        using var noGradient = no_grad();
        VaeTerms sum = default;
        for (long start = 0; start < count; start += JudgeBatch)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor pixels = rows.Slice(start, JudgeBatch);
            int images = (int)pixels.shape[0];
            float[] noise = LatentNoise.Rows(start, images, network.LatentDimension);
            (Tensor logits, Tensor mean, Tensor logVar) = network.call(pixels, tensor(noise, [images, network.LatentDimension], device: device));
            sum += new VaeTerms(loss.Reconstruction(logits, pixels).ToDouble(), VaeLoss.Kl(mean, logVar).ToDouble());
        }
        return sum / count;
    }

    private const int JudgeBatch = 250;

    private static void Diverged(int epoch, int batch, VaeHistory history, VaeRecipe recipe, TrainingSession session)
    {
        string when = $"the loss became NaN in epoch {epoch}, step {batch}";
        string remedy = $"lower LearningRate (now {recipe.LearningRate}) or look for broken rows";
        if (history.Epochs.Count == 0)
            throw new TrainingDivergedException($"{when}, before an epoch was finished: {remedy}.");
        history.Stopped = $"{when}; epoch {history.Epochs.Count} is kept: {remedy}.";
        session.Warning(history.Stopped);
    }

    private VaeHistory.Header? Finished() => Checkpoint.ReadHeader<VaeHistory.Header>(Checkpoint.PathIn(options.WorkspacePath!));

    // Before the network moves to its device: TorchSharp's load moves it to the CPU and back, and every move makes
    // new parameters, which an optimiser made before would not know.
    private VaeHistory Resume(VaeHistory.Header finished, VaeSettings settings, VaeNetwork network, TrainingSession session)
    {
        string path = Checkpoint.PathIn(options.WorkspacePath!);
        VaeHistory history = VaeHistory.From(finished, settings, finished.Settings.DifferenceFrom(settings), path);
        Checkpoint.LoadNetwork(path, NetworkPart, network);
        session.Info($"epoch {history.Epochs.Count} is taken from '{path}'.");
        session.WarnOfRounding(finished.Settings.RoundingDifferenceFrom(settings));
        return history;
    }

    private VaeTransformer Export(VaeNetwork network, NetworkInput column, DataViewSchema schema, VaeHistory history, TrainingSession session)
    {
        network.eval();
        VaeOnnxFiles files = VaeOnnxFiles.Export(network, column, options);
        return VaeTransformer.Create(context, column, files, schema, history, session.NumberOfThreads);
    }

    private VaeArchitecture ArchitectureFor(NetworkInput column) =>
        options.Architecture ?? (column.Shape.Length == 3 ? VaeArchitecture.Convolutional : VaeArchitecture.Mlp);

    private NetworkInput InputOf(IDataView input)
    {
        DataViewSchema.Column column = NetworkInput.Find(input, options.InputColumnName);
        return column.Type switch
        {
            ImageDataViewType => PictureInput.Decide(context, input, column.Name, options.ImageSize, options.Channels, options.Resizing,
                options.Architecture == VaeArchitecture.Mlp ? null : ConvolutionalStages.LargestSize),
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw }, IsKnownSize: true } when raw == typeof(float)
                => VectorInput.Decide(context, input, column.Name, options.ImageSize, options.Channels),
            _ => throw new ArgumentException($"column '{column.Name}' is {column.Type}; a VAE learns from pictures (MLImage) "
                + "or from vectors of Single of one known size: choose another column, or convert this one."),
        };
    }
}

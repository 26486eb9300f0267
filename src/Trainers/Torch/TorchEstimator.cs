using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Export;
using MLNetGen.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Trains a network of your own, a <see cref="TrainingTask"/>, on a column of pictures or vectors and returns it as an ONNX-backed transformer, whose saved model loads where
/// there is Microsoft.ML alone.
/// </summary>
public sealed partial class TorchEstimator : IEstimator<TorchTransformer>
{
    private const string Family = "torch";

    // That an ONNX file is tried on.
    private const int TriedRows = 4;

    private readonly MLContext context;
    private readonly Func<long[], TrainingTask> create;
    private readonly Options options;

    internal TorchEstimator(MLContext context, Func<long[], TrainingTask> create, Options options)
    {
        this.context = context;
        this.create = create;
        this.options = options;
        options.Validate();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is absent or of another type, there are no rows, or the network does not accept them.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read, or the checkpoint to resume from is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// The checkpoint to resume from is of another run, or ONNX Runtime and the network disagree; the trained weights are then in the checkpoint.
    /// </exception>
    /// <exception cref="NotSupportedException">The network does something that has no ONNX form; this is found before it is trained.</exception>
    /// <exception cref="TrainingDivergedException">A figure became NaN before the first epoch ended.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public TorchTransformer Fit(IDataView input)
    {
        TorchHistory.Header? resumed = TorchHistory.ToResume(options);
        using TrainingSession session = TrainingSession.BeginTraining(context, Family, options, resumed?.Settings.Seed);
        NetworkInput column = InputOf(input);
        using TrainingTask task = Create(column);
        Try(task, column);

        using TrainingRows train = Read(column, input, session, out string hash);
        TorchSettings settings = SettingsOf(task, column, train.Count, hash, session);
        TorchHistory history = TorchHistory.Begin(options, resumed, settings, task.Networks, session);
        using TrainingRows? held = options.ValidationSet is { } set ? Read(column, set, session, out _) : null;
        session.Info($"{task.GetType().Name}: {settings.Networks}; {train.Count:N0} training rows of {string.Join("×", column.Shape)}, {held?.Count ?? 0:N0} held out; {session.Device}, seed {session.Seed}.");

        foreach (nn.Module network in task.Networks.Values.Append(task.Network).Distinct()) network.to(session.Device);
        new Trainer(options, session).Run(new EpochTask<TorchSettings, TorchEpoch>(task, history, session, train, held)
        {
            Epochs = options.Epochs,
            BatchSize = settings.BatchSize,
            Schedule = settings.Schedule,
            ToEpoch = (epoch, trained, judged, speed) => new(epoch, trained, judged, speed),
            Progress = options.ProgressCallback is not { } tell ? null : (at, meter) => tell(new(at.Epoch, at.Epochs, at.Batch, at.Batches, at.Figures, meter.ImagesPerSecond, meter.Remaining)),
            MetricsCallback = options.MetricsCallback,
            WhatDiverged = "a figure",
            RemedyOfDivergence = "lower the optimiser's learning rate or look for broken rows",
        });
        return Export(task, column, train.Input.Slice(0, TriedRows), input.Schema, history, session);
    }

    /// <summary>
    /// The transformer of the last finished epoch in <see cref="TrainingOptions.WorkspacePath"/>, without training on:
    /// for a run that was stopped and is not to be resumed.
    /// </summary>
    /// <param name="input">Rows like the training rows; what is read of them are the first four, which the ONNX file is tried on, and what an unset option is taken from.</param>
    /// <exception cref="InvalidOperationException">There is no checkpoint in the workspace, or it is of another run.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public TorchTransformer FitFromCheckpoint(IDataView input)
    {
        TorchHistory.Header finished = TorchHistory.Finished(options);
        using TrainingSession session = TrainingSession.Begin(context, Family, options, finished.Settings.Seed);
        NetworkInput column = InputOf(input);
        using TrainingTask task = Create(column);
        // The rows are taken for the run's own, and the epochs that were planned stay the plan.
        TorchSettings settings = SettingsOf(task, column, finished.Settings.TrainingRows, finished.Settings.TrainingData, session) with { Epochs = finished.Settings.Epochs };
        TorchHistory history = TorchHistory.Begin(options, finished, settings, task.Networks, session);
        using BatchFeed rows = new(column.Read(context.Data.TakeRows(input, TriedRows), options.CancellationToken), column.Scale, session.Device);
        return Export(task, column, rows.Slice(0, TriedRows), input.Schema, history, session);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!inputSchema.Any(column => column.Name == options.InputColumnName)) throw SchemaShapes.NoColumn(inputSchema, $"'{options.InputColumnName}' to learn from");
        return SchemaShapes.Append(context, inputSchema, new DataViewSchema.DetachedColumn(
            options.OutputColumnName, options.Output == TorchOutput.Picture ? new ImageDataViewType() : new VectorDataViewType(NumberDataViewType.Single, 1)));
    }

    private TrainingTask Create(NetworkInput column) => create(column.Shape) ?? throw new InvalidOperationException("the function that makes the task gave null.");

    // Once before training, so that a network that cannot be exported, or gives something else than was said, costs nothing.
    private void Try(TrainingTask task, NetworkInput column)
    {
        using var scope = NewDisposeScope();
        Tensor example = rand([2, .. column.Shape]);
        long[] shape;
        task.Network.eval();
        using (no_grad())
        {
            try
            {
                shape = task.Network.call(example).shape;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new ArgumentException($"the network of {task.GetType().Name} does not accept rows of column '{options.InputColumnName}', [N, {string.Join(", ", column.Shape)}]: {e.Message.Split('\n')[0]}", e);
            }
        }

        if (shape.Length == 0 || shape[0] != 2)
            throw new ArgumentException($"the network of {task.GetType().Name} gives [{string.Join(", ", shape)}] for two rows: its first axis must be the rows'.");
        if (options.Output == TorchOutput.Picture && shape is not [_, 1 or 3, _, _])
            throw new ArgumentException($"{nameof(Options.Output)} is {TorchOutput.Picture}, and the network of {task.GetType().Name} gives [N, {string.Join(", ", shape[1..])}]: it must give [N, 1 or 3, height, width], or choose {TorchOutput.Vector}.");
        OnnxExporter.Export(task.Network, example, Stream.Null);
        OnnxFile.Try(context.TempFilePath);
    }

    private TrainingRows Read(NetworkInput column, IDataView rows, TrainingSession session, out string hash)
    {
        Tensor input = column.Read(rows, options.CancellationToken);
        Tensor? label = options.LabelColumnName is { } name ? LabelInput.Read(rows, name, options.CancellationToken) : null;
        if (label is not null && label.shape[0] != input.shape[0])
            throw new InvalidDataException($"there are {input.shape[0]} rows in column '{column.Name}' and {label.shape[0]} in '{options.LabelColumnName}': the rows come otherwise each time they are read.");
        hash = TrainingData.HashOf(input) + (label is null ? "" : TrainingData.HashOf(label));
        return new TrainingRows(new BatchFeed(input, column.Scale, session.Device), label is null ? null : new BatchFeed(label, 1, session.Device, label.dtype));
    }

    private TorchSettings SettingsOf(TrainingTask task, NetworkInput column, long rows, string hash, TrainingSession session) => new()
    {
        Seed = session.Seed,
        Task = task.GetType().Name,
        TaskSettings = task.Settings is { } own ? JsonSerializer.SerializeToNode(own, own.GetType(), RunJson.Options) : null,
        Networks = string.Join(", ", task.Networks.Select(network => $"{network.Key} ({network.Value.GetType().Name}, {network.Value.parameters().Sum(p => p.numel())} parameters)")),
        InputShape = column.Shape,
        Label = options.LabelColumnName,
        TrainingRows = rows,
        TrainingData = hash,
        Schedule = options.Schedule,
        BatchSize = options.BatchSize ?? Options.DefaultBatchSize,
        Epochs = options.Epochs,
        Device = session.Device.ToString(),
        NumberOfThreads = session.NumberOfThreads,
    };

    private TorchTransformer Export(TrainingTask task, NetworkInput column, Tensor rows, DataViewSchema schema, TorchHistory history, TrainingSession session)
    {
        foreach (nn.Module network in task.Networks.Values.Append(task.Network).Distinct())
        {
            network.to(torch.device("cpu"));
            network.eval();
        }

        return OnnxBundle.Use(
            TorchOnnxFiles.Export(task.Network, rows.cpu(), options, context.TempFilePath),
            files => TorchTransformer.Create(context, column, files, options, schema, history, session.NumberOfThreads));
    }

    private NetworkInput InputOf(IDataView input)
    {
        DataViewSchema.Column column = NetworkInput.Find(input, options.InputColumnName);
        return column.Type switch
        {
            ImageDataViewType => PictureInput.Decide(context, input, column.Name, options.ImageSize, options.Channels, options.Resizing, cancel: options.CancellationToken),
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw }, IsKnownSize: true } vector when raw == typeof(float)
                => new VectorInput(context, column.Name, [vector.Size], anyFinite: true),
            _ => throw new ArgumentException($"column '{column.Name}' is {column.Type}; a network learns from pictures (MLImage) or from vectors of Single of one known size "
                + "(Concatenate makes one of several columns): choose another column, or convert this one."),
        };
    }
}

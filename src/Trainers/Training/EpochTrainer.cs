using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>An estimator that trains networks on its rows, by epochs or by steps, and returns them as an ONNX-backed transformer.</summary>
/// <typeparam name="TOptions">What it can be told.</typeparam>
/// <typeparam name="TTransformer">What it returns.</typeparam>
public abstract class EpochTrainer<TOptions, TTransformer> : IEstimator<TTransformer>
    where TOptions : TrainingOptions
    where TTransformer : class, ITransformer
{
    private protected EpochTrainer(MLContext context, TOptions options)
    {
        options.Validate();
        (Context, TrainerOptions) = (context, options);
    }

    private protected MLContext Context { get; }

    /// <summary>What a user said.</summary>
    private protected TOptions TrainerOptions { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is absent or of another type, there are no rows, or they do not fit an option.</exception>
    /// <exception cref="InvalidDataException">A row or a file that an option names cannot be read, or the checkpoint to resume from is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// The checkpoint to resume from is of another run, or ONNX Runtime and the network disagree; the trained weights are then in the checkpoint.
    /// </exception>
    /// <exception cref="NotSupportedException">A network of one's own does something that has no ONNX form; this is found before it is trained.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN before there was a checkpoint to keep.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return NewRun(input, TrainerOptions.CancellationToken).Fit();
    }

    /// <summary>
    /// The transformer of the newest checkpoint in <see cref="TrainingOptions.WorkspacePath"/>, without training on: for a run that was stopped and is not to be resumed.
    /// </summary>
    /// <param name="input">Rows like the training rows; what is read of them are a few that an ONNX file is tried on, labels, and what an unset option is taken from.</param>
    /// <exception cref="InvalidOperationException">There is no checkpoint in the workspace, or it is of another run.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public TTransformer FitFromCheckpoint(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // The token may be the one that stopped the run.
        return NewRun(input, CancellationToken.None).FitFromCheckpoint();
    }

    /// <inheritdoc/>
    public abstract SchemaShape GetOutputSchema(SchemaShape inputSchema);

    private protected abstract EpochRun<TTransformer> NewRun(IDataView input, CancellationToken cancel);
}

/// <summary>One call of an <see cref="EpochTrainer{TOptions, TTransformer}"/>.</summary>
internal abstract class EpochRun<TTransformer>
{
    public abstract TTransformer Fit();

    public abstract TTransformer FitFromCheckpoint();
}

/// <summary>
/// One call of an <see cref="EpochTrainer{TOptions, TTransformer}"/> over rows in memory, from its options to its transformer. A family says what is decided before training, what
/// learns, which rows it learns from and in which rounds, and what is made of it.
/// </summary>
/// <typeparam name="TOptions">What a user may say.</typeparam>
/// <typeparam name="TSettings">What repeats the run.</typeparam>
/// <typeparam name="TEpoch">The figures of an epoch, or of another stretch of steps that ends with a checkpoint.</typeparam>
/// <typeparam name="TTransformer">What is returned.</typeparam>
/// <param name="context">ML.NET's.</param>
/// <param name="family">Its name in logs and files.</param>
/// <param name="options">What a user said.</param>
/// <param name="input">The training rows.</param>
internal abstract class RowRun<TOptions, TSettings, TEpoch, TTransformer>(MLContext context, string family, TOptions options, IDataView input) : EpochRun<TTransformer>
    where TOptions : TrainingOptions
    where TSettings : RowSettings
    where TEpoch : ITimed
{
    private readonly List<string> warnings = [];

    protected MLContext Context => context;

    protected TOptions Options => options;

    protected IDataView Input => input;

    public override TTransformer Fit()
    {
        RunHistory<TSettings, TEpoch>.Header? resumed = RunHistory<TSettings, TEpoch>.ToResume(options);
        using TrainingSession session = TrainingSession.BeginTraining(context, family, options, resumed?.Settings);
        (TSettings settings, TrainingTask prepared) = Prepare(RunSettings.From<TSettings>(options, session), null, session);
        using TrainingTask task = prepared;
        task.Precision = session.Precision;
        Try(task);
        IEnumerable<string> sizes = task.Networks.Select(network => $"{network.Key} of {network.Value.parameters().Sum(p => p.numel()):N0} parameters");
        session.Info($"{settings.Describe()}; {string.Join(", ", sizes)}.");

        (IDataView rows, IDataView? heldOut) = Split(session);
        using TrainingRows train = Read(rows, isTraining: true, session);
        settings = (TSettings)settings.Over(train.Count, train.Hash, planned: null);
        RunHistory<TSettings, TEpoch> history = RunHistory<TSettings, TEpoch>.Begin(options, resumed, settings, task.Networks, session);
        using TrainingRows? held = heldOut is null ? null : Read(heldOut, isTraining: false, session);
        foreach (string warning in warnings) session.Warning(warning);
        history.Warnings.AddRange(warnings.Except(history.Warnings));
        session.Info($"{train.Count:N0} training rows of {string.Join("×", train.Input.RowShape)}, {held?.Count ?? 0:N0} held out; {session.Device}, seed {session.Seed}.");

        foreach (nn.Module network in task.Modules) network.to(session.Device);
        Start(task, history, train, held, session);
        new Trainer(options, session).Run(Rounds(task, history, train, held, session));
        return Export(task, history, session);
    }

    public override TTransformer FitFromCheckpoint()
    {
        RunHistory<TSettings, TEpoch>.Header finished = RunHistory<TSettings, TEpoch>.Finished(options);
        using TrainingSession session = TrainingSession.Begin(context, family, options, finished.Settings);
        (TSettings settings, TrainingTask prepared) = Prepare(RunSettings.From<TSettings>(options, session), finished.Settings, session);
        using TrainingTask task = prepared;
        // The rows are taken for the run's own, and what was planned stays the plan.
        settings = (TSettings)settings.Over(finished.Settings.TrainingRows, finished.Settings.TrainingData, finished.Settings);
        RunHistory<TSettings, TEpoch> history = RunHistory<TSettings, TEpoch>.Begin(options, finished, settings, task.Networks, session);
        return Export(task, history, session);
    }

    /// <summary>Fills in the settings that the options leave to the family or to the rows, and makes what learns. torch's generator was seeded.</summary>
    /// <param name="settings">With the values of the options of the same names.</param>
    /// <param name="finished">Those of the checkpoint that a model is made of; null in training.</param>
    /// <param name="session">The run's.</param>
    protected abstract (TSettings Settings, TrainingTask Task) Prepare(TSettings settings, TSettings? finished, TrainingSession session);

    /// <summary>Finds before the rows are read what would make a trained network useless.</summary>
    protected virtual void Try(TrainingTask task) => OnnxFile.Try(context.TempFilePath);

    /// <summary>The rows to learn from, and those held out. Default: all, and <see cref="TrainingOptions.ValidationSet"/>.</summary>
    protected virtual (IDataView Rows, IDataView? HeldOut) Split(TrainingSession session) => (input, options.ValidationSet);

    /// <summary>Before the first step, with the networks on their device, and a checkpoint's weights in them where the run goes on. Default: nothing.</summary>
    protected virtual void Start(TrainingTask task, RunHistory<TSettings, TEpoch> history, TrainingRows train, TrainingRows? held, TrainingSession session)
    {
    }

    /// <summary>Reads the training rows, or those held out.</summary>
    protected abstract TrainingRows Read(IDataView rows, bool isTraining, TrainingSession session);

    /// <summary>Something about the rows to be told now and in the report.</summary>
    protected void Warn(string message) => warnings.Add(message);

    /// <summary>The rounds that the task is trained in.</summary>
    protected abstract TrainerTask Rounds(TrainingTask task, RunHistory<TSettings, TEpoch> history, TrainingRows train, TrainingRows? held, TrainingSession session);

    /// <summary>Writes the trained networks, which are on the CPU and in evaluation mode, and holds the files against them.</summary>
    protected abstract OnnxFiles Export(TrainingTask task);

    /// <summary>Makes the transformer of the files, which become its own.</summary>
    protected abstract TTransformer Create(OnnxFiles files, DataViewSchema schema, RunHistory<TSettings, TEpoch> history, int threads);

    private TTransformer Export(TrainingTask task, RunHistory<TSettings, TEpoch> history, TrainingSession session)
    {
        foreach (nn.Module network in task.Modules)
        {
            network.to(CPU);
            network.eval();
        }

        options.TemporaryPath = context.TempFilePath;
        return OnnxBundle.Use(Export(task), files => Create(files, input.Schema, history, session.NumberOfThreads));
    }
}

/// <summary>A <see cref="RowRun{TOptions, TSettings, TEpoch, TTransformer}"/> by epochs.</summary>
/// <inheritdoc/>
internal abstract class EpochRun<TOptions, TSettings, TEpoch, TTransformer>(MLContext context, string family, TOptions options, IDataView input)
    : RowRun<TOptions, TSettings, TEpoch, TTransformer>(context, family, options, input)
    where TOptions : TrainingOptions
    where TSettings : EpochSettings
    where TEpoch : ITimed
{
    protected sealed override TrainerTask Rounds(TrainingTask task, RunHistory<TSettings, TEpoch> history, TrainingRows train, TrainingRows? held, TrainingSession session) =>
        new EpochTask<TSettings, TEpoch>(task, history, session, train, held) { ToEpoch = ToEpoch, OnStep = OnStep, OnEpoch = Announce };

    /// <inheritdoc cref="EpochTask{TSettings, TEpoch}.ToEpoch"/>
    protected abstract TEpoch ToEpoch(int epoch, IReadOnlyDictionary<string, double> trained, IReadOnlyDictionary<string, double>? judged, double imagesPerSecond);

    /// <summary>What to do after every step; null for nothing.</summary>
    protected virtual Action<TorchProgress>? OnStep => null;

    /// <summary>After every epoch.</summary>
    protected virtual void Announce(TEpoch epoch)
    {
    }
}

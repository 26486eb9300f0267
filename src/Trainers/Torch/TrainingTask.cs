using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// What is trained, and how: a network of your own, its optimiser and its loss. <c>ml.Torch.Estimator</c> makes an ML.NET estimator of it; epochs, checkpoints, progress,
/// reports and the ONNX file are the estimator's.
/// </summary>
/// <remarks>
/// The least is a network and <see cref="Loss"/>. Override <see cref="Step"/> for a step of another kind (several optimisers, several backward passes; then
/// <see cref="Networks"/> and <see cref="CreateOptimizers"/> too), <see cref="Validate"/> for other figures on held-out rows. Random draws come from torch's own generator,
/// which the estimator seeds in every epoch: then a run that was stopped and resumed ends with the same weights as one that was not.
/// </remarks>
/// <param name="network">What the file computes: float32 [N, …] in, float32 [N, …] out. It is disposed of with the task.</param>
public abstract class TrainingTask(nn.Module<Tensor, Tensor> network) : IDisposable
{
    /// <summary>Where a workspace keeps the pictures of <see cref="Snapshot"/>.</summary>
    internal const string Snapshots = "snapshots";

    private IReadOnlyDictionary<string, OptimizerHelper>? optimizers;

    /// <summary>What the file computes.</summary>
    public nn.Module<Tensor, Tensor> Network { get; } = network ?? throw new ArgumentNullException(nameof(network));

    /// <summary>All networks that learn, by the names that checkpoints know them by. Default: <see cref="Network"/> alone.</summary>
    public virtual IReadOnlyDictionary<string, nn.Module> Networks => new Dictionary<string, nn.Module> { ["network"] = Network };

    /// <summary>The optimisers, made when they are first asked for: when the networks are where they are trained.</summary>
    public IReadOnlyDictionary<string, OptimizerHelper> Optimizers => optimizers ??= CreateOptimizers();

    /// <summary>What else repeats a run, such as a noise level: in <c>run.json</c>; a checkpoint with other values is not resumed. Default: nothing.</summary>
    public virtual object? Settings => null;

    /// <summary>One training step. Default: an optimiser step down <see cref="Loss"/>, which is computed in the run's <see cref="TrainingOptions.Precision"/>.</summary>
    /// <param name="batch">The rows.</param>
    /// <returns>Figures by name, each a mean over the rows; those that are not finite end the training.</returns>
    public virtual IReadOnlyDictionary<string, double> Step(TrainingBatch batch) =>
        Minimize(Precision.Compute((batch ?? throw new ArgumentNullException(nameof(batch))).Input.device, () => Loss(batch)));

    /// <summary>Figures of held-out rows, without gradients and in evaluation mode. Default: <see cref="Loss"/>.</summary>
    /// <param name="batch">The rows.</param>
    public virtual IReadOnlyDictionary<string, double> Validate(TrainingBatch batch) => new Dictionary<string, double> { ["loss"] = Loss(batch).ToDouble() };

    /// <summary>What a step makes less: a scalar, a mean over the rows.</summary>
    /// <param name="batch">The rows.</param>
    public abstract Tensor Loss(TrainingBatch batch);

    /// <summary>Pictures for the report after every epoch, float32 [N, 1 or 3, height, width] in [0, 1]. Default: each picture beside what the network makes of it; null, none, where it makes none.</summary>
    /// <param name="batch">Rows, held-out ones where there are any; always the same.</param>
    public virtual Tensor? Snapshot(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Input.ndim != 4) return null;
        Tensor output = Network.call(batch.Input);
        return output.ndim == 4 && output.shape.SequenceEqual(batch.Input.shape) ? stack([batch.Input, output.clamp(0, 1)], 1).flatten(0, 1) : null;
    }

    /// <summary>What lives on the device.</summary>
    internal IEnumerable<nn.Module> Modules => Networks.Values.Append(Network).Distinct();

    /// <summary>What became NaN, in a message, and what to do about it.</summary>
    internal virtual (string What, string Remedy) Divergence => ("a figure", "lower the optimiser's learning rate or look for broken rows");

    /// <summary>How many held-out rows are judged, the first ones, and how many of them at a time.</summary>
    internal virtual long ValidationRows => long.MaxValue;

    internal virtual int ValidationBatch => 250;

    /// <summary>What a step's forward pass computes in: float32 or bfloat16.</summary>
    internal TrainingPrecision Precision { get; set; } = TrainingPrecision.Float32;

    // A layer of the user's own may take its weights' memory as it usually lies.
    internal virtual bool MayLieChannelsLast => false;

    // A family may show more than one picture, at places of its own.
    internal virtual int SnapshotRows => 16;

    internal virtual void TakeSnapshots(string workspace, TrainingBatch rows)
    {
        if (Snapshot(rows) is { } pictures)
            SavePictures(workspace, rows.Epoch, pictures);
    }

    internal static string SnapshotPath(string workspace, int epoch, string kind = Snapshots) => Path.Combine(workspace, kind, $"epoch-{epoch:D3}.png");

    private protected static void SavePictures(string workspace, int epoch, Tensor pictures, string kind = Snapshots, int columns = 8) =>
        PictureGrid.Save(SnapshotPath(workspace, epoch, kind), pictures.cpu().ToPictures(), columns);

    /// <summary>Makes the optimisers, by the names that checkpoints know them by. Default: Adam with its own defaults (1e-3) for all parameters.</summary>
    protected virtual IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
        new Dictionary<string, OptimizerHelper> { ["optimizer"] = new FusedOptimizers.Adam(Networks.Values.SelectMany(network => network.parameters()).Where(parameter => parameter.requires_grad)) };

    /// <summary>What a network gives, computed in the run's <see cref="TrainingOptions.Precision"/>: for a <see cref="Step"/> of another kind. The usual one computes <see cref="Loss"/> so, as a whole.</summary>
    /// <param name="network">One of <see cref="Networks"/>, or one that judges.</param>
    /// <param name="input">float32, on its device.</param>
    /// <returns>float32.</returns>
    protected Tensor Forward(nn.Module<Tensor, Tensor> network, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(input);
        return Precision.Call(network, input);
    }

    /// <summary>One optimiser step down a loss.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="name">Its name among the figures.</param>
    /// <param name="optimizer">The optimiser's name; null for the only one.</param>
    /// <returns>The loss before the step. On a GPU, looking at it waits for the device; a step that returns it as it is does not.</returns>
    protected IReadOnlyDictionary<string, double> Minimize(Tensor loss, string name = "loss", string? optimizer = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.numel() != 1) throw new ArgumentException($"the loss has the shape [{string.Join(", ", loss.shape)}]; it must be one number: take its mean().", nameof(loss));
        OptimizerHelper one = optimizer is null ? Optimizers.Values.Single() : Optimizers[optimizer];
        one.zero_grad();
        loss.backward();
        one.AverageGradients();
        one.step();
        return new DeviceFigures([name], [loss.detach()]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of the networks and the optimisers.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (OptimizerHelper optimizer in optimizers?.Values ?? []) optimizer.Dispose();
        foreach (nn.Module module in Modules) module.Dispose();
    }
}

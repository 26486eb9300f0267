using Microsoft.ML;

namespace MLNetGen;

/// <summary>What every trainer of this library can be told. Each family's <c>Options</c> class derives from it.</summary>
public abstract class TrainingOptions
{
    /// <summary>Images in one training step; at least 1. Null takes the network's own.</summary>
    public int? BatchSize { get; set; }

    /// <summary>Passes over the training rows; at least 1. For AlexNet, 0 takes the network's own.</summary>
    public int Epochs { get; set; } = 20;

    /// <summary>
    /// Seeds the weights, the order of the rows and every random draw: the same seed, data, machine and thread count
    /// give the same figures (on the CPU; CUDA's own kernels may not). Null takes it from the
    /// <see cref="MLContext"/>'s own seed. One <c>Fit</c> trains at a time in a process; another waits for it.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. Null takes the first CUDA device, or the CPU where there is none.</summary>
    public string? Device { get; set; }

    /// <summary>Processor cores that libtorch and ONNX Runtime may use; 0 for all of them.</summary>
    public int NumberOfThreads { get; set; }

    /// <summary>What networks compute in while they are trained.</summary>
    public TrainingPrecision Precision { get; set; }

    /// <summary>
    /// A folder for checkpoints (every epoch), pictures and figures; it is made if it is not there.
    /// Null writes nothing.
    /// </summary>
    public string? WorkspacePath { get; set; }

    /// <summary>
    /// Continue from the checkpoint in <see cref="WorkspacePath"/>, if there is one. A run that was stopped and
    /// resumed ends with the same weights as one that was not: bit for bit on the CPU.
    /// </summary>
    public bool Resume { get; set; }

    /// <summary>Rows held out, judged after every epoch; they need the same columns as the training rows.</summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>
    /// Stops training between two steps with an <see cref="OperationCanceledException"/>. With a
    /// <see cref="WorkspacePath"/> the last finished epoch is kept there: see <see cref="Resume"/>.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>What was typed to start the run, for its <c>run.json</c>; null where it was no command.</summary>
    public IReadOnlyList<string>? CommandLine { get; set; }

    /// <summary>Where temporary files lie: the context's <c>TempFilePath</c>, which a run fills in; null: the system's folder for such.</summary>
    internal string? TemporaryPath { get; set; }

    /// <summary>Steps whose figures are read together; null: as the device has it (<see cref="Trainer"/>).</summary>
    internal int? StepsAWindow { get; set; }

    /// <summary>The files of a run's checkpoints, of which the last is the newest: one that is replaced, or one a step or a network.</summary>
    internal virtual NumberedFiles CheckpointsIn(string workspace) => new(Checkpoint.FolderIn(workspace), "latest", Checkpoint.Extension, Digits: 0);

    // 0 where a family has a number of epochs of its own.
    internal virtual int LeastEpochs => 1;

    internal virtual void Validate()
    {
        OptionCheck.AtLeast(nameof(BatchSize), BatchSize ?? 1, 1);
        OptionCheck.AtLeast(nameof(Epochs), Epochs, LeastEpochs);
        OptionCheck.AtLeast(nameof(NumberOfThreads), NumberOfThreads, 0);
        if (Resume && WorkspacePath is null)
            throw new ArgumentException($"{nameof(Resume)} needs a {nameof(WorkspacePath)}: that is where the checkpoint lies.");
    }
}

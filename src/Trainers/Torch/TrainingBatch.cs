using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>Rows that a <see cref="TrainingTask"/> learns from in one step, on the run's device. They are disposed of after the step.</summary>
public sealed class TrainingBatch
{
    private readonly Tensor? label;

    internal TrainingBatch(Tensor input, Tensor? label)
    {
        Input = input;
        this.label = label;
        Rows = (int)input.shape[0];
    }

    /// <summary>Pictures, float32 [N, channels, height, width] in [0, 1]; or vectors, float32 [N, length], as the column has them.</summary>
    public Tensor Input { get; }

    /// <summary>
    /// The label column: float32 [N, 1] for numbers and truth values (0 and 1), float32 [N, length] for vectors, int64 [N] for keys (classes from 0).
    /// </summary>
    /// <exception cref="InvalidOperationException">The estimator was given no label column.</exception>
    public Tensor Label => label ?? throw new InvalidOperationException($"there are no labels: give the estimator a {nameof(TorchEstimator.Options.LabelColumnName)}.");

    /// <summary>Whether there are labels.</summary>
    public bool HasLabel => label is not null;

    internal Tensor? LabelOrNull => label;

    /// <summary>How many rows these are.</summary>
    public int Rows { get; }

    /// <summary>The epoch under way, from 1.</summary>
    public int Epoch { get; internal init; }

    /// <summary>Steps of the run before this one.</summary>
    public long Step { get; internal init; }

    /// <summary>Epochs of the run before this step, with the part of the one under way: for what comes in over training.</summary>
    public double EpochsDone { get; internal init; }

    /// <summary>Of rows that are judged: the place of the first among them, from 0, for draws that are the same after every epoch.</summary>
    public long FirstRow { get; internal init; }

    // For draws that are not torch's.
    internal int EpochSeed { get; init; }

    /// <summary>Some of the rows; a view, which goes with the whole.</summary>
    internal TrainingBatch Slice(int first, int count) => new(Input.narrow(0, first, count), label?.narrow(0, first, count))
    {
        Epoch = Epoch,
        Step = Step,
        EpochsDone = EpochsDone,
        FirstRow = FirstRow,
        EpochSeed = EpochSeed,
    };

    internal void Dispose()
    {
        Input.Dispose();
        label?.Dispose();
    }
}

using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>What a cursor reads and makes.</summary>
/// <param name="Inputs">What the network reads.</param>
/// <param name="Outputs">What is asked of what it makes.</param>
/// <param name="Kept">The columns before it that are asked for.</param>
/// <param name="Preparation">What makes that which the network reads; null: the rows have it.</param>
internal sealed record BatchPlan(IReadOnlyList<InputTensor> Inputs, IReadOnlyList<OutputTensor> Outputs, IReadOnlyList<KeptColumn> Kept, RowPreparation? Preparation)
{
    public IReadOnlyList<string> InputNames { get; } = [.. Inputs.Select(input => input.Name)];

    public IReadOnlyList<string> OutputNames { get; } = [.. Outputs.Select(output => output.Name)];
}

/// <summary>Some rows that follow each other: what the network reads, what it makes, and what else is asked for.</summary>
/// <param name="plan">Which columns these are.</param>
/// <param name="capacity">Rows at most.</param>
internal sealed class RowBatch(BatchPlan plan, int capacity) : IDisposable
{
    public Array[] Inputs { get; } = [.. plan.Inputs.Select(input => input.NewBuffer(capacity))];

    public Array[] Outputs { get; } = [.. plan.Outputs.Select(output => output.NewBuffer(capacity))];

    public Array[] Kept { get; } = [.. plan.Kept.Select(column => column.NewBuffer(capacity))];

    /// <summary>What <see cref="Inputs"/> are made of; nothing where the rows have them.</summary>
    public Array[] Reads { get; } = [.. (plan.Preparation?.Reads ?? []).Select(column => column.NewBuffer(capacity))];

    public DataViewRowId[] Ids { get; } = new DataViewRowId[capacity];

    public int Capacity => capacity;

    /// <summary>Its rows.</summary>
    public int Count { get; set; }

    /// <summary>Why there is no row after the last one; null where nothing is wrong.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Set when its rows have been run.</summary>
    public ManualResetEventSlim IsDone { get; } = new();

    public void Dispose() => IsDone.Dispose();
}

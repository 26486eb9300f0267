using System.Globalization;

namespace MLNetGen;

/// <summary>How the rows of one ONNX model are really run.</summary>
public sealed class OnnxBatchingReport
{
    /// <summary>What runs the network. Single nodes that a GPU cannot run are run by the processor.</summary>
    public required OnnxExecutionProvider ExecutionProvider { get; init; }

    /// <summary>Why those named before it do not: a sentence each.</summary>
    public required IReadOnlyList<string> Refused { get; init; }

    /// <summary>Rows that are run at once.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Batches that are run at the same time.</summary>
    public required int Threads { get; init; }

    /// <summary>Whether the file was rewritten to take more than one row.</summary>
    public required bool IsRewritten { get; init; }

    /// <summary>Why rows are run one at a time; null where they are run together, and as long as no row was read.</summary>
    public string? OneAtATime { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string rows = OneAtATime is null ? $"{BatchSize} rows at once{(IsRewritten ? ", of a file rewritten from one row" : "")}" : $"a row at a time ({OneAtATime})";
        return string.Create(CultureInfo.InvariantCulture, $"{ExecutionProvider}, {rows}, {Threads} of these side by side{string.Concat(Refused.Select(why => $"; {why}"))}");
    }
}
